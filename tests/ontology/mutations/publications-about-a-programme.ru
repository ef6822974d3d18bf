PREFIX sg: <https://w3id.org/samgraf/ontology#>
PREFIX programme: <https://w3id.org/samgraf/id/programme/>
PREFIX publication: <https://w3id.org/samgraf/id/publication/>
DELETE DATA { publication:nibr-2016 sg:aboutProgramme programme:byregionprogrammet }
