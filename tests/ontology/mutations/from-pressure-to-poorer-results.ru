PREFIX sg: <https://w3id.org/samgraf/ontology#>
PREFIX cost: <https://w3id.org/samgraf/id/cost/>
PREFIX detriment: <https://w3id.org/samgraf/id/detriment/>
DELETE DATA { cost:tied-up-capacity sg:leadsTo detriment:poorer-results }
