"""Two tables: what councillors write about failed delivery, absence, cars and newsletters, and what machines send in their names.

No mail of a person is ever taken for a machine's for good, and few wait; no machine's mail is ever posted. All have an ordinary
envelope sender unless the table says otherwise, because that is the hard case.
"""

# R41 R42
from __future__ import annotations

import pytest

from mailbridge.inbound import parse, rules
from mailbridge.inbound.mail import Envelope
from tests.mailbridge.inbound.mails import OURS, mail, multipart

ORDINARY = Envelope("anne@rat.example", ("finanzen@ratspost.example",), "192.0.2.1")
NULL = Envelope("", ("finanzen@ratspost.example",), "192.0.2.1")
LIEBE = "Liebe Kolleginnen und Kollegen,\n\n"
GRUSS = "\n\nMit freundlichen Grüßen\nAnne Amsel\n"
REPLY = "In-Reply-To: <p17.Kx81@ratspost.example>"

# subject, text, header lines ("From: …" replaces the usual one)
PEOPLE: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    # failed delivery, of mail and of anything else
    ("Unzustellbar: "
     "Einladung", LIEBE + "die Einladung konnte nicht zugestellt werden, karl@stadt.example gibt es nicht mehr. Hat jemand die "
         "neue Adresse?" + GRUSS, ()),
    ("Zustellung der Amtsblätter "
     "fehlgeschlagen", LIEBE + "in drei Ortsteilen wurde das Amtsblatt nicht zugestellt. Beschwerden bitte an "
         "amtsblatt@verlag.example." + GRUSS, ()),
    ("Zustellprobleme "
     "Post", "Guten Tag,\n\nseit Wochen werden Briefe nicht zugestellt. Die Post hat mir unter service@post.example "
         "geantwortet, es fehle Personal. Wie ist das bei euch?" + GRUSS, ()),
    ("Fehler bei der Zustellung der "
     "Unterlagen", LIEBE + "die Unterlagen für Herrn Karl (karl@stadt.example) konnten nicht zugestellt werden, wir reichen "
         "sie nach." + GRUSS, ()),
    ("Mail Delivery "
     "problems", "Dear colleagues,\n\nmy mail to karl@stadt.example could not be delivered. Does anyone have another "
         "address?\n\nAnne", ()),
    ("Unzustellbare Wahlbenachrichtigungen", "Bei uns konnten 300 Briefe nicht zugestellt werden. Und bei euch?\n", ()),
    ("Zustellung der "
     "Ratsunterlagen", "Die Zustellung an die Fraktionen dauert zu lange. Unser Vorschlag: alles ins "
         "Ratsinformationssystem." + GRUSS, ()),
    ("Rückläufer bei der "
     "Wahlbenachrichtigung", "Guten Morgen zusammen,\n\n412 Rückläufer, Empfänger unbekannt. Das Melderegister hinkt "
         "hinterher." + GRUSS, ()),
    ("AW: Undelivered Mail Returned to "
     "Sender", "Das kam bei mir zurück: 550 5.1.1 User unknown. Die Adresse von Karl stimmt also nicht mehr." + GRUSS, (REPLY,)),
    ("WG: Mail delivery failed: returning message to sender", "Seht mal, das kam zurück. Bitte die Adresse prüfen.\n", ()),
    ("Zustellfehler beim "
     "Gebührenbescheid", "Bescheide an 40 Haushalte waren unzustellbar. Die Kämmerei rechnet mit 12.000 Euro "
         "Ausfall." + GRUSS, ()),
    ("Nicht zugestellt: "
     "Briefwahlunterlagen", LIEBE + "habt ihr das auch? 20 Leute haben ihre Unterlagen nicht bekommen." + GRUSS, ()),
    ("Delivery of the new buses", "The buses could not be delivered in time, says the Stadtwerke. What about yours?\n", ()),
    ("Zustellung per "
     "E-Mail", "Hallo Birol,\n\nkannst du mir die Vorlage noch einmal schicken? Deine Mail wurde nicht zugestellt, mein "
         "Postfach ist voll gewesen.\n\nAnne", ()),
    ("Fehlermeldung vom "
     "Ratsinformationssystem", "Beim Öffnen der Vorlage kommt: 'Fehler 550'. Ich habe it@stadt.example geschrieben, die "
         "Antwort steht aus." + GRUSS, ()),
    ("Mailserver der "
     "Stadt", "Der Mailserver war gestern gestört, E-Mails sind möglicherweise nicht zugestellt worden. Bitte sendet wichtige "
         "Anträge noch einmal." + GRUSS, ()),
    # cars
    ("Auto: Stellplatzsatzung", LIEBE + "wie viele Stellplätze verlangt ihr je Wohnung?" + GRUSS, ()),
    ("Auto: Verkehrskonzept", "Guten Tag,\n\nunser Verkehrskonzept sieht weniger Autos in der Altstadt vor. Der Gutachter "
     "empfiehlt Parkgebühren." + GRUSS, ()),
    ("Auto und Rad im Begegnungsverkehr", "Auf der Hauptstraße klappt das nicht, schreibt der ADFC." + GRUSS, ()),
    ("Automatische "
     "Mülltrennung", "Im Abfallzweckverband wird eine automatische Sortieranlage beraten. Kosten: 3 Mio. Euro." + GRUSS, ()),
    ("Autofreie Innenstadt", "Ist das bei euch gelungen?\n", ()),
    ("Automaten: Jugendschutz", "Zigarettenautomaten vor Schulen: Hat jemand eine Satzung dazu?\n", ()),
    ("Carsharing", "Wir haben zwei Autos bestellt, sie wurden noch nicht ausgeliefert." + GRUSS, ()),
    # absence
    ("Abwesenheit: Wer fehlt am Montag?", LIEBE + "wer ist am Montag nicht im Büro? Wir brauchen die Mehrheit." + GRUSS, ()),
    ("AW: Haushalt "
     "2026", "Ich bin bis zum 1. Juni im Urlaub, aber zur Sache: Der Ansatz für die Schulen ist zu niedrig. Wir sollten "
         "mindestens 200.000 Euro mehr einstellen." + GRUSS, (REPLY,)),
    ("Sitzung am Montag", "Hallo zusammen,\n\nwer ist am Montag nicht im Büro? Dann verschieben wir.\n\nAnne", ()),
    ("AW: Sitzung am Montag", "Am Montag bin ich nicht im Büro, am Dienstag passt es mir gut.\n\nAnne", (REPLY,)),
    ("AW: Termin", "Bin bis Freitag unterwegs. Die Unterlagen habe ich Birol gegeben, er trägt im Ausschuss vor und stimmt für "
     "den Antrag.\n\nAnne", (REPLY,)),
    ("Vertretung im "
     "Hauptausschuss", "In der Sommerpause bin ich drei Wochen im Urlaub. Kann jemand die Sitzung am 14.7. "
         "übernehmen?" + GRUSS, ()),
    ("Elternzeit für Ratsmitglieder", "Gibt es dazu eine Regel in eurer Hauptsatzung?\n", ()),
    ("Elternzeit im "
     "Ehrenamt", "Der Landtag berät darüber. In unserer Geschäftsordnung fehlt die Vertretung bei Abwesenheit ganz, das "
         "sollten wir ändern." + GRUSS, ()),
    ("Krankmeldungen in der "
     "Kita", "Die Kita ist seit Montag geschlossen, drei Erzieherinnen sind erkrankt. Die Verwaltung will Springer einstellen, "
         "der Kreis zahlt aber nicht mit." + GRUSS, ()),
    ("Rathaus "
     "geschlossen", "Das Rathaus ist vom 24.12. bis 2.1. geschlossen. Ich halte das für falsch: Bürger brauchen Ausweise, und "
         "die Nachbarstadt schafft es auch." + GRUSS, ()),
    ("Urlaubsregion und Kurtaxe", "Erhebt ihr eine Kurtaxe?\n", ()),
    ("Neue Adresse der "
     "Geschäftsstelle", "Die Geschäftsstelle zieht in die Bahnhofstraße 4. Der Mietvertrag läuft zehn Jahre, im Ausschuss gab "
         "es darüber Streit." + GRUSS, ()),
    ("AW: Abwesenheitsnotiz: Haushalt", "Dann warten wir auf Anne.\n", (REPLY,)),
    ("Nicht erreichbar: "
     "Bürgertelefon", "Das Bürgertelefon ist seit Tagen nicht erreichbar. Die Verwaltung sagt, es werde umgestellt." + GRUSS, ()),
    ("AW: Frage zur Grundsteuer", "Danke für deine Mail. Ich melde mich nach der Fraktionssitzung dazu.\n\nAnne", (REPLY,)),
    ("AW: Frage zur "
     "Grundsteuer", "Vielen Dank für Ihre Nachricht. Bei uns liegt der Hebesatz bei 690 %, er steigt 2027 auf 720 "
         "%." + GRUSS, (REPLY,)),
    ("Re: Budget", "I am on vacation until Monday, but I read the draft: chapter 3 lacks the school buses. Please add "
     "them.\n\nAnne", (REPLY,)),
    ("Dienstreise nach Brüssel", "Auf Dienstreise ist der halbe Ausschuss. Was kostet das, und wer hat es genehmigt?\n", ()),
    # automatics, receipts, newsletters, lists, tickets
    ("Automatische Antworten der "
     "Verwaltung", "Guten Tag,\n\nauf Bürgeranfragen kommt wochenlang nur 'Dies ist eine automatische Antwort'. Wie regelt ihr "
         "das?" + GRUSS, ()),
    ("Eingangsbestätigung nach § 24 GO", "Müssen Bürgeranträge bestätigt werden? Unsere Verwaltung meint nein." + GRUSS, ()),
    ("Eingangsbestätigungen", "Die Stadt verschickt keine Eingangsbestätigungen mehr, Anfragen sind also nicht nachweisbar. "
     "Die Fraktion stellt dazu einen Antrag." + GRUSS, ()),
    ("Lesebestätigung", "Liebe alle,\n\nbitte schaltet die Lesebestätigung aus, das nervt.\n\nAnne", ()),
    ("Lesebestätigungen der "
     "Verwaltung", "Die Lesebestätigung wurde von der Kämmerei nie geschickt, obwohl ich sie angefordert habe." + GRUSS, ()),
    ("Gelesen: Der neue Haushaltsplan", "Ich habe ihn durchgesehen und drei Fragen.\n", ()),
    ("Gelesen: Bericht des "
     "Rechnungsprüfungsamts", "Der Bericht wurde am Montag im Ausschuss gelesen. Ich vermisse die Anlage 3, habt ihr sie?\n", ()),
    ("Newsletter der "
     "Stadt", "Viele Bürger wollen den Newsletter abbestellen, es geht aber nicht. Hat jemand dafür eine gute Lösung?\n", ()),
    ("Newsletter unserer "
     "Fraktion", "Liebe Kolleginnen, wir wollen wieder einen Newsletter verschicken. Womit macht ihr das?\n", ()),
    ("Mailverteiler der "
     "Ausschüsse", "Der Verteiler der Ausschüsse ist veraltet: Fünf Leute, die nicht mehr im Rat sind, bekommen noch "
         "Unterlagen." + GRUSS, ()),
    ("Ticketsystem für "
     "Mängelmelder", "Ihre Anfrage ist bei uns eingegangen - mehr bekommt der Bürger nicht zu lesen. Wir wünschen uns einen "
         "Status." + GRUSS, ()),
    ("Abgelehnt: Antrag zum "
     "Radweg", "Der Antrag wurde mit 20 zu 14 Stimmen abgelehnt. Die Begründung der Mehrheit: zu teuer." + GRUSS, ()),
    ("Angenommen: "
     "Klimaschutzkonzept", "Der Rat hat das Konzept am Dienstag einstimmig angenommen. Herzlichen Glückwunsch an alle, die "
         "daran gearbeitet haben." + GRUSS, ()),
    ("Zugesagt: Fördermittel für die "
     "Turnhalle", "Das Land hat 1,2 Mio. Euro zugesagt. Der Eigenanteil ist noch offen." + GRUSS, ()),
    ("Rückruf der Stadtwerke", "Bitte meldet euch bei mir.\n", ()),
    ("Spamfilter im "
     "Rathaus", "Der Spamfilter verlangt, dass Absender sich freischalten lassen. Bürger kommen nicht durch, das müssen wir "
         "abstellen." + GRUSS, ()),
    # senders that sound like machines
    ("Haushalt 2026", "Wie hoch ist eure Grundsteuer?\n", ("From: post-master@stadt.example",)),
    ("Pressetermin", "Guten Tag,\n\nam Montag kommt ein Team zur Aufzeichnung in den "
     "Ratssaal." + GRUSS, ("From: ndr@stadt.example",)),
    ("Umstellung", LIEBE + "am Samstag stellen wir um, bis 14 Uhr ist das Ratsinformationssystem nicht erreichbar. Danach "
     "bitte neu anmelden." + GRUSS, ("From: Mailadministrator <edv@stadt.example>",)),
    ("Passwörter", "Bitte ändern Sie Ihr Passwort bis Freitag, die Anleitung liegt im "
     "Intranet." + GRUSS, ("From: Systemadministrator <it@stadt.example>",)),
    ("Postverteilung", "Die Postverteilung im Rathaus läuft über die Poststelle, das dauert drei "
     "Tage." + GRUSS, ("From: Poststelle <poststelle@stadt.example>",)),
    ("Bounce House beim "
     "Stadtfest", "Die Hüpfburg kostet 400 Euro am Tag. Zahlt das eure "
         "Jugendarbeit?\n", ("From: Bernd Bounce <bounce@rat.example>",)),
    ("Zeitplan", "Der Mailserver wird getauscht, Dauer eine Stunde.\n", ("From: Daemon Müller <daemon.mueller@rat.example>",)),
    # machine marks that Exchange and gateways put on people's mails
    ("AW: Haushalt "
     "2026", "Ich stimme zu, der Ansatz ist richtig." + GRUSS, (REPLY, "X-Auto-Response-Suppress: DR, RN, NRN, OOF, AutoReply")),
    ("Haushalt 2026", LIEBE + "der Entwurf liegt vor. Was meint ihr?" + GRUSS, ("X-Auto-Response-Suppress: OOF",)),
    ("Haushalt 2026", "Der Entwurf liegt vor." + GRUSS, ("Auto-Submitted: no", "X-Autoreply: no", "Precedence: normal")),
    ("Haushalt "
     "2026", "Der Entwurf liegt "
         "vor." + GRUSS, ("Return-Receipt-To: anne@rat.example", "Disposition-Notification-To: anne@rat.example")),
)  # fmt: skip

AUS = (
    "ich bin bis zum 17.02.2025 nicht im Büro. Ihre E-Mail wird nicht weitergeleitet. In dringenden Fällen wenden Sie sich "
    "bitte an Frau Carla Calla, Tel. 0123 45678."
)
SMTP = "<karl@stadt.example>: host mx.stadt.example[192.0.2.7] said: 550 5.1.1 User unknown (in reply to RCPT TO command)"

MACHINES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    # absence notes whose header got lost, under the subject of an answer
    ("AW: Haushalt 2026", "Guten Tag,\n\n" + AUS + GRUSS, ()),
    ("AW: Haushalt "
     "2026", "Sehr geehrte Damen und Herren,\n\nvielen Dank für Ihre Nachricht. Ich bin vom 3. bis 14. Juli im Urlaub und ab "
         "dem 15. Juli wieder erreichbar." + GRUSS, (REPLY,)),
    ("Re: Haushalt "
     "2026", "Hello,\n\nthank you for your message. I am out of the office until 14 July with limited access to my email. In "
         "urgent cases please contact birol@rat.example.\n\nKind regards\nAnne", ()),
    ("Re: Haushalt 2026", "I am out of the office until Monday, July 14th. I will reply upon my return.\n", ()),
    ("AW: Haushalt "
     "2026", "Ich bin bis zum 1. Juni nicht im Büro.\n\nAnne Amsel\nStadt Bottrop\nFachbereich Finanzen\nTel. 02041 "
         "70-1234\n", ()),
    ("AW: Sitzung", "Ich bin derzeit im Urlaub. Ihre Mail werde ich nach meiner Rückkehr am 4. August lesen und "
     "beantworten.\n\nHerzliche Grüße\nAnne", ()),
    ("AW: Sitzung", "Hallo,\n\nich bin ab dem 01.07. in Elternzeit. Meine Vertretung übernimmt Herr Birol "
     "(birol@rat.example).\n\nViele Grüße", ()),
    ("Re: Sitzung", "Vielen Dank für Ihre E-Mail. Unser Büro ist vom 24.12.2025 bis zum 06.01.2026 geschlossen. Ihre Anfrage "
     "wird danach bearbeitet. Wir wünschen Ihnen frohe Weihnachten.\n", ()),
    ("AW: Antrag", "Liebe Kolleginnen und Kollegen,\n\nich bin bis einschließlich 22. August im Urlaub und lese keine Mails. "
     "In dringenden Fällen meldet euch bitte bei Birol.\n\nAnne", ()),
    ("AW: Antrag", "Guten Tag,\n\nich bin nicht mehr für die Stadt tätig. Bitte wenden Sie sich an "
     "poststelle@stadt.example.\n", ()),
    ("AW: Antrag", "Ich bin am 12.05. außer Haus und ab dem 13.05. wieder für Sie da.\n\nAnne Amsel", ()),
    ("AW: Antrag", "Guten Tag, ich befinde mich auf Dienstreise und habe nur eingeschränkten Zugriff auf meine E-Mails. Ab "
     "Montag bin ich wieder im Büro.\n", ()),
    ("Re: Budget", "I'm on annual leave from 1 August to 15 August. Your email will not be forwarded.\n", ()),
    ("Re: Budget", "Thanks for your mail! I am currently on parental leave. Please contact carla@rat.example in the "
     "meantime.\n", ()),
    ("AW: Vorlage", "Diese E-Mail-Adresse wird nicht mehr abgerufen. Bitte verwenden Sie künftig anne@rat.example.\n", ()),
    ("AW: Vorlage", "Aufgrund einer Erkrankung bin ich bis auf Weiteres nicht im Dienst. Bitte wenden Sie sich an meine "
     "Vertretung, Herrn Birol.\n", ()),
    ("AW: Vorlage", "<html><body><p>Guten Tag,</p><p>" + AUS + "</p></body></html>", ("Content-Type: text/html; charset=utf-8",)),
    # the same by subject
    ("Automatische Antwort: Haushalt 2026", "Guten Tag,\n" + AUS, ()),
    ("Automatic reply: Haushalt 2026", "I am away.\n", ()),
    ("Abwesenheitsnotiz", "Bin dann mal weg. Bis bald!\n", ()),
    ("Abwesend: Haushalt 2026", "Guten Tag,\n" + AUS, ()),
    ("Auto: Haushalt 2026", "Ich bin im Urlaub und ab dem 4.8. zurück.\n", ()),
    ("AUTO: Anne Amsel ist außer Haus (Rückkehr am 17.02.2025)", "Ich bin bis 17.02.2025 abwesend.\n", ()),
    ("Anne Amsel ist nicht im Büro.", "Ich bin ab 03.02.2025 nicht im Büro. Ich kehre zurück am 17.02.2025.\n", ()),
    ("Urlaubsbenachrichtigung", "Ich bin bis zum 14. Juli im Urlaub.\n", ()),
    ("Out of Office AutoReply: Haushalt", "I will be back on Monday.\n", ()),
    ("Ihre Nachricht", "Guten Tag,\n" + AUS, ("X-Auto-Response-Suppress: All",)),
    ("Neue Aufgabe", "Ihnen wurde eine Aufgabe zugewiesen: Vorlage prüfen.\n", ("X-Auto-Response-Suppress: All",)),
    # bounces
    ("Unzustellbar: Haushalt "
     "2026", "Fehler bei der Nachrichtenzustellung an folgende Empfänger oder Gruppen:\n\nkarl@stadt.example\nDie eingegebene "
         "E-Mail-Adresse konnte nicht gefunden werden.\n", ("From: Microsoft Outlook <postmaster@stadt.example>",)),
    ("Unzustellbar: Haushalt "
     "2026", "Fehler bei der Nachrichtenzustellung an folgende Empfänger oder "
         "Gruppen:\n\nkarl@stadt.example\n", ("From: Microsoft Outlook "
             "<MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@stadt.example>",)),
    ("Undeliverable: "
     "Budget", "Delivery has failed to these recipients or groups:\n\nkarl@stadt.example\nThe email address you entered "
         "couldn't be found.\n", ("From: Postmaster <postmaster@stadt.example>",)),
    ("Undelivered Mail Returned to "
     "Sender", "This is the mail system at host "
         "mx.stadt.example.\n\n" + SMTP + "\n", ("From: MAILER-DAEMON@mx.stadt.example (Mail Delivery System)",)),
    ("Mail delivery failed: returning message to "
     "sender", "This message was created automatically by mail delivery software.\n\nA message that you sent could not be "
         "delivered:\n\n  karl@gmx.example\n    SMTP error from remote server: 550 mailbox "
         "unavailable\n", ("From: GMX Mailer Daemon <mailer-daemon@gmx.example>",)),
    ("failure "
     "notice", "Hi. This is the qmail-send program at mx.stadt.example.\n\n<karl@stadt.example>:\nSorry, no mailbox here by "
         "that name.\n", ("From: MAILER-DAEMON@mx.stadt.example",)),
    ("Ihre E-Mail konnte nicht zugestellt "
     "werden", "Die folgende Nachricht konnte nicht zugestellt werden:\n\nkarl@stadt.example: Postfach ist "
         "voll\n", ("From: Mailsystem <service@hoster.example>",)),
    ("Zustellung "
     "fehlgeschlagen", "Folgende Empfänger konnten nicht erreicht werden: karl@stadt.example. 550 5.1.1 User "
         "unknown\n", ("From: gateway@stadt.example",)),
    ("Delivery Status Notification (Failure)", SMTP + "\n", ("From: Google <no-reply@hoster.example>",)),
    # receipts, calendars, tickets, challenges, newsletters
    ("Gelesen: Haushalt "
     "2026", "Ihre Nachricht\n\n   An: Anne Amsel\n   Betreff: Haushalt 2026\n   Gesendet: Dienstag, 4. März 2025 "
         "09:26\n\nwurde am Dienstag, 4. März 2025 09:30 gelesen.\n", ()),
    ("Read: Budget", "Your message\n\n   To: Anne\n   Subject: Budget\n\nwas read on Tuesday, 4 March 2025 09:30.\n", ()),
    ("Lesebestätigung (angezeigt) - "
     "Haushalt", "Dies ist eine Lesebestätigung. Die Nachricht wurde auf dem Rechner des Empfängers angezeigt.\n", ()),
    ("Zugesagt: Fraktionssitzung", "", ()),
    ("Akzeptiert: Fraktionssitzung", "Anne Amsel hat die Einladung angenommen.\n", ()),
    ("Abgelehnt: "
     "Fraktionssitzung", "Anne Amsel hat diesen Termin abgelehnt.\n\nWann: Montag, 3. März 2025 18:00\nWo: Rathaus\n", ()),
    ("Mit Vorbehalt: Fraktionssitzung", "\n\n", ()),
    ("Accepted: Fraktionssitzung @ Mo. 3. März 2025 "
     "18:00", "anne@rat.example has accepted this invitation.\n\nWhen: Monday\n", ()),
    ("[Ticket#2025030410000012] "
     "Haushalt", "Sehr geehrte Damen und Herren,\n\nIhre Anfrage ist bei uns eingegangen. Wir werden sie schnellstmöglich "
         "bearbeiten. Ihre Ticketnummer lautet 2025030410000012." + GRUSS, ()),
    ("Ihre Anfrage an die Stadt "
     "Bottrop", "Vielen Dank für Ihre Nachricht. Wir haben Ihre E-Mail erhalten und werden uns schnellstmöglich bei Ihnen "
         "melden.\n\nIhr Bürgerservice", ()),
    ("Eingangsbestätigung", "Dies ist eine automatisch erstellte Eingangsbestätigung. Ihre Anfrage ist bei uns "
     "eingegangen.\n", ()),
    ("Ihr Anliegen", "Ihr Anliegen wurde registriert. Bitte antworten Sie nicht auf diese E-Mail.\n", ()),
    ("Neue Vorlage im Ratsinformationssystem", "Es wurde eine neue Vorlage eingestellt.\n", ("From: RIS <noreply@ris.example>",)),
    ("Please verify your "
     "message", "This account is protected by Filter. Click on the link to have your address added to the list.\n", ()),
    ("Infobrief "
     "März", "Neues aus dem Kreis: Der Haushalt wurde beschlossen.\n\nSie möchten den Newsletter nicht mehr erhalten? Hier "
         "abmelden: https://kreis.example/ab\n", ()),
    ("Infobrief März", "Neues aus dem Kreis.\n", ("List-Unsubscribe: <https://kreis.example/ab>",)),
)  # fmt: skip


def judge(case: tuple[str, str, tuple[str, ...]], envelope: Envelope = ORDINARY) -> rules.Verdict:
    subject, text, lines = case
    sender = next((line.removeprefix("From: ") for line in lines if line.startswith("From: ")), "Anne Amsel <anne@rat.example>")
    more = [line for line in lines if not line.startswith("From: ")]
    return rules.judge(parse.read(mail(text, *more, Subject=subject, From=sender)), envelope, OURS)


def test_the_tables_are_long_enough() -> None:
    assert len(PEOPLE) >= 60
    assert len(MACHINES) >= 40


@pytest.mark.parametrize("case", PEOPLE, ids=[f"{number}-{case[0][:40]}" for number, case in enumerate(PEOPLE)])
def test_a_person_is_never_taken_for_a_machine_for_good(case: tuple[str, str, tuple[str, ...]]) -> None:
    verdict = judge(case)
    assert (verdict.kind, verdict.hold) in (("ordinary", False), ("doubtful", True))


def test_few_people_have_to_wait() -> None:
    waiting = [f"{case[0]} ({judge(case).rule})" for case in PEOPLE if judge(case).hold]
    assert len(waiting) <= 0.05 * len(PEOPLE), waiting


@pytest.mark.parametrize("case", MACHINES, ids=[f"{number}-{case[0][:40]}" for number, case in enumerate(MACHINES)])
def test_a_machine_is_never_posted(case: tuple[str, str, tuple[str, ...]]) -> None:
    assert judge(case).kind != "ordinary"


@pytest.mark.parametrize("case", MACHINES, ids=[f"{number}-{case[0][:40]}" for number, case in enumerate(MACHINES)])
def test_a_machine_that_says_so_in_its_envelope_is_one_for_good(case: tuple[str, str, tuple[str, ...]]) -> None:
    assert not judge(case, NULL).hold


def test_a_person_who_attaches_a_delivery_report_is_no_bounce() -> None:
    raw = multipart(
        "mixed",
        "Content-Type: text/plain; charset=utf-8\r\n\r\nDas kam zurück, was heißt das?\r\n",
        "Content-Type: message/delivery-status\r\n\r\nFinal-Recipient: rfc822; karl@stadt.example\r\nAction: failed\r\n",
        Subject="Unzustellbar: Einladung",
    )
    assert rules.judge(parse.read(raw), ORDINARY, OURS).kind in ("ordinary", "doubtful")
