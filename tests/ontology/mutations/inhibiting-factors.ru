PREFIX sg: <https://w3id.org/samgraf/ontology#>
PREFIX benefit: <https://w3id.org/samgraf/id/benefit/>
PREFIX factor: <https://w3id.org/samgraf/id/factor/>
DELETE DATA { factor:duty-over-interest sg:inhibits benefit:regional-collaboration }
