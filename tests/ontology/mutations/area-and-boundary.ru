PREFIX geo: <http://www.opengis.net/ont/geosparql#>
PREFIX geometry: <https://w3id.org/samgraf/id/geometry/>
PREFIX municipality: <https://w3id.org/samgraf/id/municipality/>
DELETE DATA { municipality:fosnes geo:hasGeometry geometry:fosnes-2019 }
