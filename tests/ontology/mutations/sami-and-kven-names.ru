PREFIX sg: <https://w3id.org/samgraf/ontology#>
PREFIX municipality: <https://w3id.org/samgraf/id/municipality/>
PREFIX name: <https://w3id.org/samgraf/id/name/>
DELETE DATA { name:storfjord-fkv sg:nameOf municipality:storfjord }
