PREFIX sg: <https://w3id.org/samgraf/ontology#>
PREFIX factor: <https://w3id.org/samgraf/id/factor/>
PREFIX reading: <https://w3id.org/samgraf/id/reading/>
DELETE DATA { reading:reluctance-and-too-many sg:effect factor:too-many-collaborations }
