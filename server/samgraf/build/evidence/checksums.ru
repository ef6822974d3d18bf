# What has which checksum, in small letters: a SHA-256 unless it says otherwise.
# https://spdx.org/rdf/terms/
INSERT { ?thing :sha256 ?sha256 }
WHERE {
  ?thing spdx:checksum ?checksum . ?checksum spdx:checksumValue ?value
  FILTER NOT EXISTS { ?checksum spdx:algorithm ?other FILTER(?other != spdx:checksumAlgorithm_sha256) }
  BIND(LCASE(STR(?value)) AS ?sha256)
}
