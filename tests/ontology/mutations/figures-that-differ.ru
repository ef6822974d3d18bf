PREFIX sg: <https://w3id.org/samgraf/ontology#>
PREFIX figure: <https://w3id.org/samgraf/id/figure/>
PREFIX programme: <https://w3id.org/samgraf/id/programme/>
DELETE DATA { figure:byregion-municipalities-nibr sg:figureOf programme:byregionprogrammet }
