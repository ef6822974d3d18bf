PREFIX sg: <https://w3id.org/samgraf/ontology#>
PREFIX programme: <https://w3id.org/samgraf/id/programme/>
PREFIX wish: <https://w3id.org/samgraf/id/wish/>
DELETE DATA { wish:own-capacity sg:exemplifiedBy programme:smakommuneprogrammet }
