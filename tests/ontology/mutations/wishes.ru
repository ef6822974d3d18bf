PREFIX sg: <https://w3id.org/samgraf/ontology#>
PREFIX resource: <https://w3id.org/samgraf/id/resource/>
PREFIX wish: <https://w3id.org/samgraf/id/wish/>
DELETE DATA { wish:own-capacity sg:wishedToRaise resource:capacity }
