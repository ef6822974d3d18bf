PREFIX sg: <https://w3id.org/samgraf/ontology#>
PREFIX factor: <https://w3id.org/samgraf/id/factor/>
PREFIX theme: <https://w3id.org/samgraf/id/theme/>
DELETE DATA { factor:equal-votes sg:theme theme:equality }
