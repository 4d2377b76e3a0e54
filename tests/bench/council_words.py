"""The vocabulary of the invented council mail. The order matters: the same seed must give the same mails."""

from __future__ import annotations


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


NOUNS = _words("""
Haushalt Finanzausgleich Schulträger Radweg Bushaltestelle Breitband Kita Krankenhaus Bebauungsplan Flächennutzungsplan
Klimaschutz Gewerbesteuer Kreisumlage Jugendhilfe Feuerwehr Sporthalle Bürgerbegehren Ratsbeschluss Ausschuss Fraktion
Bezirksvertretung Wärmeplanung Photovoltaik Wohnungsbau Abwasser Müllgebühr Straßenausbau Nahverkehr Schwimmbad
Bibliothek Volkshochschule Integration Digitalisierung Personalrat Stellenplan Jahresabschluss Förderantrag Landesmittel
Verwaltungsvorlage Tagesordnung Sitzungsgeld Anfrage Musterantrag Hintergrundpapier Beispiel Nachbargemeinde Regionalrat
Landschaftsverband Kreistag Oberbürgermeisterin Kämmerer Dezernat Leitlinie Satzung Gebühren Widmung Denkmalschutz
Innenstadt Leerstand Einzelhandel Tourismus Ehrenamt Seniorenbeirat Inklusion Pflege Gesundheitsamt Rettungsdienst
Hochwasser Starkregen Grünfläche Baumschutz Friedhof Stadtwerke Netzentgelt Konzession Beteiligung
""")
VERBS = _words("""
beantragen prüfen ablehnen beschließen vertagen finanzieren umsetzen kritisieren fordern unterstützen berichten vorlegen
abstimmen einbringen verhandeln kürzen erhöhen sichern planen bauen sanieren ausschreiben vergeben veröffentlichen
""")
SMALL = _words("""
wir die der das und in zu den mit von für auf ist nicht ein eine dem im es auch an als bei nach aus wie aber hat über
noch nur so wenn am sich oder zum zur kann vor durch man unsere euch bereits leider gern dazu hier jetzt seit ohne gegen
beim weil dass
""")
PLACES = _words("""
Unna Soest Kleve Wesel Borken Steinfurt Coesfeld Warendorf Gütersloh Herford Minden Lippe Höxter Paderborn Olpe Siegen
Viersen Düren Euskirchen Heinsberg Rhein-Erft Mettmann Neuss Hagen Hamm Herne Bottrop Gelsenkirchen Oberhausen Mülheim
Krefeld Solingen Remscheid Leverkusen Bonn Aachen Münster Bielefeld Dortmund Bochum Essen Duisburg Köln Düsseldorf
""")
FIRST = _words("""
Anna Bernd Claudia Dieter Elif Frank Gisela Hasan Ingrid Jörg Katrin Lars Monika Norbert Özlem Peter Renate Stefan Ute
Volker
""")
LAST = _words("""
Albers Becker Czerny Dahlmann Engels Fuchs Gündogan Hölscher Ibing Jansen Köster Lüttmann Möller Niehues Oster Pöppel
Reiß Schäfer Tönnies Wülfing
""")

SEARCH_TERMS = {"Grundsteuerreform": 0.2, "Hebesatz": 0.02, "Klärschlammverbrennung": 0.002, "Zweckverbandsumlage": 0.0005}
"""Planted word → share of the mails that hold it."""
