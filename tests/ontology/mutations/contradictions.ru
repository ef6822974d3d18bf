PREFIX sg: <https://w3id.org/samgraf/ontology#>
PREFIX figure: <https://w3id.org/samgraf/id/figure/>
DELETE DATA { figure:cases-stated-summary sg:figureValue 8 }
