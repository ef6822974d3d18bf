PREFIX sg: <https://w3id.org/samgraf/ontology#>
PREFIX municipality: <https://w3id.org/samgraf/id/municipality/>
DELETE DATA { municipality:fosnes a sg:BothProgrammesParticipant }
