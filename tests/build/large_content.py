"""A content of any size with any number of faults of style, written to a folder."""

from __future__ import annotations

from pathlib import Path

_BASE = "https://example.org/shelf/"
_PREFIXES = f"""\
@prefix : <{_BASE}ontology#> .
@prefix id: <{_BASE}id/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
_HEADER = f"""
<{_BASE}ontology> a owl:Ontology ;
  dct:title "Shelves"@en , "Hyller"@nb , "Hyller"@nn ;
  dct:license <https://creativecommons.org/publicdomain/zero/1.0/> ;
  owl:versionIRI <{_BASE}ontology/1.0.0> ;
  vann:preferredNamespacePrefix "shelf" ;
  vann:preferredNamespaceUri "{_BASE}ontology#" .
dct:title a owl:AnnotationProperty .
dct:license a owl:AnnotationProperty .
vann:preferredNamespacePrefix a owl:AnnotationProperty .
vann:preferredNamespaceUri a owl:AnnotationProperty .
:Thing a owl:Class ; rdfs:label "thing"@en , "ting"@nb , "ting"@nn .
:Book a owl:Class ; rdfs:subClassOf :Thing ; rdfs:label "book"@en , "bok"@nb , "bok"@nn .
:beside a owl:ObjectProperty , owl:SymmetricProperty ; rdfs:domain :Thing ; rdfs:range :Thing .
:after a owl:ObjectProperty ; rdfs:domain :Book ; rdfs:range :Book ; owl:inverseOf :before .
:before a owl:ObjectProperty .
:pages a owl:DatatypeProperty ; rdfs:domain :Book ; rdfs:range xsd:integer .
:mark a owl:DatatypeProperty .
"""
_VANN = """\
@prefix dct: <http://purl.org/dc/terms/> .
@prefix vann: <http://purl.org/vocab/vann/> .
"""
_SHAPES = """
:BookShape a sh:NodeShape ; sh:targetClass :Book ;
  sh:property :BookShape-label , :BookShape-pages .
:BookShape-label a sh:PropertyShape ; sh:path rdfs:label ; sh:minCount 1 ; sh:uniqueLang true ;
  sh:message "A book has a title (rdfs:label)."@en , "En bok har en tittel (rdfs:label)."@nb .
:BookShape-pages a sh:PropertyShape ; sh:path :pages ; sh:datatype xsd:integer ;
  sh:minInclusive 1 ; sh:message "A book has pages."@en .
"""
#: Triples of each thing, with and without a fault.
PER_THING = 8


def write_content(folder: Path, triples: int, faults: int) -> Path:
    """Write a content of about ``triples``, of which ``faults`` things break a shape.

    A third of the faults are titles that are missing, a third titles given twice in a language, a
    third numbers of pages that are 0.
    """
    ontology, data = folder / "ontology", folder / "data"
    (ontology / "shapes").mkdir(parents=True)
    data.mkdir()
    (ontology / "shelf.ttl").write_text(_PREFIXES + _VANN + _HEADER, "utf-8")
    (ontology / "shapes" / "book.ttl").write_text(_PREFIXES + _SHAPES, "utf-8")
    lines = [_PREFIXES]
    things = triples // PER_THING
    for number in range(things):
        kind = number % 3 if number < faults else -1
        title = f'rdfs:label "Bok {number}"@nb , "Book {number}"@en ; '
        if kind == 0:
            title = f':mark "{number}" , "{number} again" ; '
        elif kind == 1:
            title = f'rdfs:label "Bok {number}"@nb , "Boka {number}"@nb ; '
        lines.append(
            f"id:b{number} a :Book ;\n  {title}\n"
            f"  :pages {0 if kind == 2 else number % 400 + 1} ;\n"
            f"  :beside id:b{(number + 1) % things} ;\n  :after id:b{(number * 7 + 1) % things} ;\n"
            f'  :mark "m{number % 100}" , "n{number}" .\n'
        )
    (data / "books.ttl").write_text("".join(lines), "utf-8")
    return folder
