PREFIX sg: <https://w3id.org/samgraf/ontology#>
PREFIX municipality: <https://w3id.org/samgraf/id/municipality/>
PREFIX programme: <https://w3id.org/samgraf/id/programme/>
DELETE DATA { municipality:fosnes sg:takesPartIn programme:byregionprogrammet }
