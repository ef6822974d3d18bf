PREFIX sg: <https://w3id.org/samgraf/ontology#>
PREFIX decision-rule: <https://w3id.org/samgraf/id/decision-rule/>
PREFIX factor: <https://w3id.org/samgraf/id/factor/>
DELETE DATA { factor:equal-votes sg:concernsDecisionRule decision-rule:one-vote-each }
