"""The English words of the public pages, by their German ones."""

from plate_shop.forms.fields import MALFORMED, MISSING
from plate_shop.products import PLATES, RESERVATION, euros

_PAGES = {
    "Kfz-Kennzeichen": "Licence plates",
    "Zum Inhalt": "Skip to content",
    "Hauptmenü": "Main menu",
    "Kennzeichen gestalten": "Design a plate",
    "Kontakt": "Contact",
    "Rechtliches": "Legal",
    "Impressum": "Imprint",
    "AGB": "Terms",
    "Datenschutz": "Privacy",
    "Zur Startseite": "To the start page",
    "Datenschutzhinweise": "Privacy notice",
    "Die Datenschutzhinweise sind noch nicht veröffentlicht.": "The privacy notice is not published yet.",
    "Fragen zum Datenschutz beantworten wir unter": "Questions about privacy are answered at",
    "Ihr Kennzeichen, geprägt und geliefert": "Your licence plate, embossed and delivered",
    "Kombination aussuchen, auf Wunsch reservieren lassen, in wenigen Tagen im Briefkasten.": (
        "Choose a combination, have it reserved if you like, and find it in your letter box within days."
    ),
    "1. Gestalten": "1. Design",
    "2. Reservieren": "2. Reserve",
    "3. Erhalten": "3. Receive",
    "Bezirk, Buchstaben und Ziffern wählen. Die Vorschau zeigt das fertige Schild.": (
        "Choose district, letters and digits. The preview shows the finished plate."
    ),
    "Wenn Sie möchten, reservieren wir die Kombination bei der Zulassungsstelle Ihres Bezirks.": (
        "If you like, we reserve the combination at the registration office of your district."
    ),
    "Wir prägen nach Zahlungseingang und versenden mit Paketblitz.": (
        "We emboss once your payment has arrived and send with Paketblitz."
    ),
    "Ein Kundenkonto brauchen Sie nicht. Solange Sie nichts anderes entscheiden, setzen wir beim Umsehen kein Cookie.": (
        "You do not need an account. Unless you decide otherwise, we set no cookie while you look around."
    ),
    "Angaben nach § 5 DDG": "Information under section 5 DDG",
    "Deutschland": "Germany",
    "Vertreten durch": "Represented by",
    "die Geschäftsführung": "its management",
    "E-Mail": "E-mail",
    "Telefon": "Telephone",
    "Register": "Register",
    "Amtsgericht Musterstadt, HRB 00000": "Musterstadt district court, HRB 00000",
    "USt-IdNr.": "VAT ID",
    "Dieses Unternehmen ist erfunden.": "This company is invented.",
    "Allgemeine Geschäftsbedingungen": "General terms and conditions",
    "Fassung": "Version",
}

_CHECKOUT = {
    "Kennzeichen": "Plate",
    "Anschrift": "Address",
    "Zahlung und Versand": "Payment and delivery",
    "Prüfen und bestellen": "Review and order",
    "Schritte der Bestellung": "Steps of the order",
    "Vorschau": "Preview",
    "Weiter zur Anschrift": "Continue to address",
    "Vorschau zeigen": "Show preview",
    "Weiter zu Zahlung und Versand": "Continue to payment and delivery",
    "Weiter zur Prüfung": "Continue to review",
    "Karten- oder Kontodaten geben Sie nach der Bestellung bei Zahlfix ein, nicht bei uns.": (
        "You enter card or account data at Zahlfix after ordering, not here."
    ),
    "Ankündigung der Zustellung": "Announcement of the delivery",
    "Doch nicht? Dann löschen wir Ihre Eingaben sofort.": "Changed your mind? We delete your entries at once.",
    "Bestellung verwerfen": "Discard this order",
    "Ihre Bestellung": "Your order",
    "Artikel": "Item",
    "Anzahl": "Quantity",
    "Preis": "Price",
    "Gesamtpreis einschließlich 19 % Umsatzsteuer, Versand frei": "Total including 19 % VAT, free delivery",
    "Lieferung an": "Delivery to",
    "Reservierung": "Reservation",
    "bei der Zulassungsstelle": "at the registration office",
    "nicht gewünscht": "not wanted",
    "E-Mail-Adresse an Paketblitz": "E-mail address to Paketblitz",
    "ja, mit Ihrer Einwilligung": "yes, with your consent",
    "nein": "no",
    "Es gelten unsere": "Our terms apply:",
    "Zahlungspflichtig bestellen": "Order with obligation to pay",
    "Eingaben ändern": "Change entries",
    "Vielen Dank": "Thank you",
    "Vielen Dank für Ihre Bestellung": "Thank you for your order",
    "Ihre Bestellnummer:": "Your order number:",
    "Ihre Zahlung ist eingegangen. Wir prägen jetzt Ihr Kennzeichen.": (
        "Your payment has arrived. We are embossing your plate now."
    ),
    "Bitte bezahlen Sie jetzt bei unserem Zahlungsdienst Zahlfix. Karten- und Kontodaten geben Sie nur dort ein.": (
        "Please pay now at our payment provider Zahlfix. You enter card and account data only there."
    ),
    "Weiter zu Zahlfix": "Continue to Zahlfix",
    "Der Zahlungsdienst war eben nicht erreichbar. Ihre Bestellung ist trotzdem eingegangen.": (
        "The payment provider could not be reached just now. Your order has arrived all the same."
    ),
    "Zahlung erneut versuchen": "Try payment again",
    "Einwilligung": "Consent",
    "Ihre Einwilligung": "Your consent",
    "Sie haben eingewilligt, dass Paketblitz Ihre E-Mail-Adresse für die Ankündigung der Zustellung erhält.": (
        "You consented to Paketblitz receiving your e-mail address to announce the delivery."
    ),
    "Einwilligung widerrufen": "Withdraw consent",
    "Es besteht keine Einwilligung. Ihre E-Mail-Adresse wird nicht an Paketblitz weitergegeben.": (
        "There is no consent. Your e-mail address is not passed on to Paketblitz."
    ),
}

_OTHER = {
    "Ihre Nachricht geht verschlüsselt als E-Mail an uns. Sie können auch direkt schreiben:": (
        "Your message reaches us as an encrypted e-mail. You can also write directly:"
    ),
    "Ihre Nachricht konnte gerade nicht sicher übertragen werden und wurde nicht gesendet. "
    "Bitte versuchen Sie es später noch einmal.": (
        "Your message could not be transmitted securely just now and was not sent. Please try again later."
    ),
    "Nachricht senden": "Send message",
    "Ihre Nachricht ist unterwegs": "Your message is on its way",
    "Wir antworten Ihnen per E-Mail.": "We answer by e-mail.",
    "Kfz-Versicherungen vergleichen": "Compare motor insurance",
    "Wenn Sie möchten, können Sie bei Tarifkompass Kfz-Versicherungen vergleichen. "
    "Das ist freiwillig und ändert nichts an Ihrer Bestellung.": (
        "If you like, you can compare motor insurance at Tarifkompass. This is voluntary and changes nothing about your order."
    ),
    "Zum Vergleich": "To the comparison",
    "Freiwillig und jederzeit abzubrechen: Schließen Sie einfach die Seite. Ihre Bestellung bleibt davon unberührt.": (
        "Voluntary, and you can stop at any time: just close the page. Your order is not affected."
    ),
    "Das Portal ist gerade nicht erreichbar. Wir haben Ihre Angaben nicht gespeichert.": (
        "The portal cannot be reached at the moment. We have not stored what you entered."
    ),
    "Wir leiten die Angaben nur durch und speichern sie nicht. Danach öffnet sich Tarifkompass; "
    "dort gelten dessen Datenschutzhinweise.": (
        "We only pass this information through and do not store it. Tarifkompass opens next; "
        "its own privacy notice applies there."
    ),
    "Angaben übermitteln und zu Tarifkompass": "Transmit and go to Tarifkompass",
    "Fehler": "Error",
    "Das hat nicht geklappt": "That did not work",
    "Diese Anfrage war unvollständig oder enthielt Formulardaten in der Adresse.": (
        "This request was incomplete or had form data in its address."
    ),
    "Das ist nicht erlaubt. Vielleicht ist die Seite zu lange offen gewesen: Bitte laden Sie sie neu.": (
        "This is not allowed. Perhaps the page was open for too long: please reload it."
    ),
    "Diese Seite gibt es nicht.": "This page does not exist.",
    "Ein beteiligter Dienst ist gerade nicht erreichbar. Bitte versuchen Sie es später noch einmal.": (
        "A service that is needed cannot be reached at the moment. Please try again later."
    ),
    "Es ist ein Fehler aufgetreten. Ihre Eingaben wurden nicht gespeichert.": (
        "Something went wrong. What you entered was not stored."
    ),
}

_FIELDS = {
    MISSING: "Please fill in this field.",
    MALFORMED: "Please check this entry.",
    "Bitte wählen": "Please choose",
    "Pflichtfeld": "required",
    "Bitte prüfen Sie die markierten Felder.": "Please check the marked fields.",
    "Diesen Zulassungsbezirk gibt es nicht.": "There is no such district.",
    "Diese Buchstabenfolge wird nicht zugelassen.": "These letters are not permitted.",
    "Ein Kennzeichen hat höchstens acht Zeichen.": "A plate has at most eight characters.",
    "Bezirk": "District",
    "Ohne den Bezirk steht das Kennzeichen nicht fest.": "Without the district there is no plate.",
    "Buchstaben": "Letters",
    "Ohne die Buchstaben steht das Kennzeichen nicht fest.": "Without the letters there is no plate.",
    "Ein oder zwei Buchstaben von A bis Z.": "One or two letters from A to Z.",
    "Ziffern": "Digits",
    "Ohne die Ziffern steht das Kennzeichen nicht fest.": "Without the digits there is no plate.",
    "Eine Zahl von 1 bis 9999.": "A number from 1 to 9999.",
    "Zusatz": "Suffix",
    "Standard": "Standard",
    "E – Elektrofahrzeug": "E – electric vehicle",
    "H – Oldtimer": "H – historic vehicle",
    "Ausführung": "Type",
    "Ohne die Ausführung steht nicht fest, was wir liefern.": "Without the type we do not know what to deliver.",
    "Ohne die Anzahl steht nicht fest, was wir liefern.": "Without it we do not know what to deliver.",
    "2 Schilder": "2 plates",
    "1 Schild": "1 plate",
    "Kombination bei der Zulassungsstelle reservieren lassen (4,90 €)": (
        "Have the combination reserved at the registration office (€4.90)"
    ),
    "Vor- und Nachname": "First and last name",
    "Ein Vertrag braucht einen Vertragspartner.": "A contract needs a party to it.",
    "Straße und Hausnummer": "Street and number",
    "Ohne Anschrift können wir nicht liefern.": "Without an address we cannot deliver.",
    "Postleitzahl": "Postal code",
    "Fünf Ziffern.": "Five digits.",
    "Ort": "Town",
    "E-Mail-Adresse": "E-mail address",
    "Im elektronischen Geschäftsverkehr müssen wir den Eingang der Bestellung bestätigen.": (
        "In electronic commerce we have to confirm the order."
    ),
    "Zum Beispiel name@example.org.": "For example name@example.org.",
    "Zahlungsart": "Payment method",
    "Ohne Zahlungsart können wir keine Zahlung annehmen.": "Without a method we cannot take a payment.",
    "Kreditkarte über Zahlfix": "Credit card through Zahlfix",
    "Lastschrift über Zahlfix": "Direct debit through Zahlfix",
    "Ich willige ein, dass meine E-Mail-Adresse an Paketblitz weitergegeben wird, damit Paketblitz "
    "die Zustellung vorher ankündigt. Die Einwilligung ist freiwillig und jederzeit widerrufbar.": (
        "I consent to my e-mail address being passed on to Paketblitz, so that Paketblitz announces the "
        "delivery beforehand. Consent is voluntary and can be withdrawn at any time."
    ),
    "Name": "Name",
    "Ohne Adresse können wir nicht antworten.": "Without an address we cannot answer.",
    "Betreff": "Subject",
    "Nachricht": "Message",
    "Ohne Nachricht wissen wir nicht, worum es geht.": "Without a message we do not know what it is about.",
    "Fahrzeugart": "Kind of vehicle",
    "Die Tarife unterscheiden sich nach Fahrzeugart.": "Tariffs differ by kind of vehicle.",
    "Pkw": "Car",
    "Motorrad": "Motorcycle",
    "Wohnmobil": "Camper",
    "Jahr der Erstzulassung": "Year of first registration",
    "Die Tarife richten sich nach dem Alter des Fahrzeugs.": "Tariffs depend on the vehicle's age.",
    "Vier Ziffern.": "Four digits.",
    "Fahrleistung im Jahr (km)": "Mileage per year (km)",
    "Kilometer als Zahl.": "Kilometres as a number.",
    "Nutzung": "Use",
    "Die Tarife richten sich nach der Nutzung.": "Tariffs depend on the use.",
    "privat": "private",
    "privat und beruflich": "private and business",
    "beruflich": "business",
    "Fahrerkreis": "Drivers",
    "Die Tarife richten sich nach dem Fahrerkreis.": "Tariffs depend on the drivers.",
    "eine Person": "one person",
    "Familie": "family",
    "beliebig": "anyone",
    "Ich willige ein, dass diese Angaben an das Vergleichsportal Tarifkompass übermittelt werden, "
    "damit es mir Kfz-Versicherungen vergleicht. Die Einwilligung ist freiwillig.": (
        "I consent to this information being transmitted to the comparison portal Tarifkompass, "
        "so that it compares motor insurance for me. Consent is voluntary."
    ),
    "Ohne Ihre Einwilligung dürfen wir nichts übermitteln.": "Without your consent we may transmit nothing.",
}

_PRODUCTS = {product.name: product.name_en for product in (*PLATES.values(), RESERVATION)}
_PRICED = {
    f"{product.name} – {euros(product.price_cents)}": f"{product.name_en} – {euros(product.price_cents)}"
    for product in PLATES.values()
}

ENGLISH = _PAGES | _CHECKOUT | _OTHER | _FIELDS | _PRODUCTS | _PRICED
