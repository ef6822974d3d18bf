PREFIX sg: <https://w3id.org/samgraf/ontology#>
PREFIX factor: <https://w3id.org/samgraf/id/factor/>
DELETE DATA { factor:obvious-gain a sg:PromotingFactor }
