"""The namespaces that the program uses, as plain text, and what can be an IRI.

The namespaces of a content are in its header. ``RDF + "type"`` is an IRI. rdflib's own namespaces
serve where rdflib's terms are needed.
"""

import pyoxigraph as ox

#: The namespace in which a content says what it holds itself to; see ``samgraf.build.content``.
CONTENT = "https://w3id.org/samgraf/content#"
#: The namespace in which the program says how things are shown; see ``samgraf.build.views``.
DISPLAY = "https://w3id.org/samgraf/display#"
#: The namespace in which the program says what it knows of partners.
FEDERATION = "https://w3id.org/samgraf/federation#"

DC = "http://purl.org/dc/elements/1.1/"
DCAT = "http://www.w3.org/ns/dcat#"
DCT = "http://purl.org/dc/terms/"
FOAF = "http://xmlns.com/foaf/0.1/"
FORMATS = "http://www.w3.org/ns/formats/"
FRESNEL = "http://www.w3.org/2004/09/fresnel#"
GEO = "http://www.opengis.net/ont/geosparql#"
OA = "http://www.w3.org/ns/oa#"
OWL = "http://www.w3.org/2002/07/owl#"
PROV = "http://www.w3.org/ns/prov#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SCHEMA = "https://schema.org/"
SD = "http://www.w3.org/ns/sparql-service-description#"
SH = "http://www.w3.org/ns/shacl#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
VANN = "http://purl.org/vocab/vann/"
VOID = "http://rdfs.org/ns/void#"
XSD = "http://www.w3.org/2001/XMLSchema#"

#: Properties that name a thing, the preferred first.
LABELS = (SKOS + "prefLabel", RDFS + "label", DCT + "title", SCHEMA + "name", FOAF + "name")


def is_iri(text: str) -> bool:
    """Return whether ``text`` is an absolute IRI: https://www.rfc-editor.org/rfc/rfc3987."""
    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return True
