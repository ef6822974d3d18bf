PREFIX adms: <http://www.w3.org/ns/adms#>
PREFIX municipality: <https://w3id.org/samgraf/id/municipality/>
PREFIX municipality-number: <https://w3id.org/samgraf/id/municipality-number/>
DELETE DATA { municipality:storfjord adms:identifier municipality-number:5425 }
