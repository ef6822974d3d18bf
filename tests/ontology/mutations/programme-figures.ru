PREFIX sg: <https://w3id.org/samgraf/ontology#>
PREFIX figure: <https://w3id.org/samgraf/id/figure/>
DELETE DATA { figure:byregion-funding sg:figureValue 87000000 }
