PREFIX dct: <http://purl.org/dc/terms/>
PREFIX municipality: <https://w3id.org/samgraf/id/municipality/>
DELETE DATA { municipality:fosnes dct:isReplacedBy municipality:namsos-5007 }
