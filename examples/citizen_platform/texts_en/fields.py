"""The English words of forms, their fields and what is wrong in them."""

from citizen_platform import forms
from citizen_platform.community import consents

FIELDS = {
    forms.MISSING: "Please fill in this field.",
    forms.MALFORMED: "Please check this entry.",
    forms.NAME_WRONG: "Three to forty letters, digits, dots or dashes.",
    forms.ADDRESS_WRONG: "Please in the form name@example.org.",
    forms.NO_PERSONAL: "Please no personal data about yourself or others: this text is public.",
    forms.NO_PERSONAL_PROFILE: "Please without names and contact data.",
    forms.REUSE: "At least ten characters. Please do not use one that you use elsewhere.",
    forms.CONSENT_TEXT: (
        "I consent to Mitforschen storing my user name, my password (as a hash) and my e-mail address so that I can use the platform. "
        "I can withdraw this at any time in my account."
    ),
    consents.OPTIONAL[consents.PROFILE]: (
        "I consent to the scientific evaluation of my optional profile entries within the project Mitforschen, only in aggregate over "
        "many members."
    ),
    consents.OPTIONAL[consents.STUDY_GROUP]: (
        "I explicitly consent to my participation in a study group being stored and evaluated in the same way, although it may reveal "
        "something about my health."
    ),
    consents.OPTIONAL[consents.TEAMS]: (
        "I consent to the scientific evaluation of my contributions in the teams without my name."
    ),
    "Benutzername": "User name",
    "Nehmen Sie gern ein Pseudonym: Dieser Name ist öffentlich, alle Besucherinnen und Besucher können ihn sehen.": (
        "A pseudonym is welcome: this name is public, all visitors can see it."
    ),
    "Beiträge brauchen einen Namen, unter dem sie stehen.": "Contributions need a name under which they stand.",
    "E-Mail-Adresse": "E-mail address",
    "Neue E-Mail-Adresse": "New e-mail address",
    "Nicht öffentlich. Wir brauchen sie für die Bestätigung und für ein neues Passwort.": (
        "Not public. We need it for the confirmation and for a new password."
    ),
    "Ohne Adresse können wir die Anmeldung nicht bestätigen.": "Without an address we cannot confirm the registration.",
    "Passwort": "Password",
    "Ohne Passwort könnte sich jede Person als Sie anmelden.": "Without a password anybody could log in as you.",
    "Ihr Alter": "Your age",
    "Ich bin 16 Jahre oder älter.": "I am 16 years of age or older.",
    "Ich bin noch nicht 16 Jahre alt.": "I am not 16 yet.",
    "Unter 16 Jahren brauchen wir vorher das Einverständnis der Eltern.": "Under 16 we need the consent of the parents first.",
    "Ohne Einwilligung dürfen wir kein Konto anlegen.": "Without consent we may not create an account.",
    "E-Mail-Adresse von Mutter, Vater oder Vormund": "E-mail address of mother, father or guardian",
    "Ohne Einverständnis der Eltern dürfen wir kein Konto anlegen.": "Without the consent of the parents we may not create an account.",
    "Benutzername oder E-Mail-Adresse": "User name or e-mail address",
    "Ohne Namen wissen wir nicht, wer Sie sind.": "Without a name we do not know who you are.",
    "keine Angabe": "not stated",
    "Deutsch": "German",
    "Englisch": "English",
    "Niederländisch": "Dutch",
    "Polnisch": "Polish",
    "Österreich": "Austria",
    "Belgien": "Belgium",
    "Schweiz": "Switzerland",
    "Niederlande": "Netherlands",
    "Polen": "Poland",
    "anderes Land": "another country",
    "weiblich": "female",
    "männlich": "male",
    "divers": "diverse",
    "Öffentlichkeit": "public",
    "Forschung": "research",
    "Politik und Verwaltung": "policy and administration",
    "Wirtschaft": "business",
    "Bildung": "education",
    "ja": "yes",
    "nein": "no",
    "Hauptsprache": "Main language",
    "Weitere Sprachen": "Further languages",
    "Land": "Country",
    "Postleitzahl": "Postal code",
    "Drei bis zehn Ziffern oder Buchstaben.": "Three to ten digits or letters.",
    "Geburtsjahr": "Year of birth",
    "Nur das Jahr, vier Ziffern.": "Only the year, four digits.",
    "Geschlecht": "Gender",
    "Gruppe": "Group",
    "Teilnahme an einer Untersuchungsgruppe": "Participation in a study group",
    "Diese Angabe kann etwas über Ihre Gesundheit aussagen. Sie braucht eine eigene Einwilligung.": (
        "This may reveal something about your health. It needs a consent of its own."
    ),
    "Erfahrungen": "Experience",
    "Interessen": "Interests",
    "Titel": "Title",
    "Ohne Titel findet den Vorschlag niemand.": "Without a title nobody finds the suggestion.",
    "Ohne Text gibt es nichts zu sagen.": "Without a text nothing is said.",
    "Betreff": "Subject",
    "Nachricht": "Message",
    "Ohne Adresse können wir nicht antworten.": "Without an address we cannot answer.",
    "Ohne Nachricht wissen wir nicht, worum es geht.": "Without a message we do not know what it is about.",
    "Bitte senden Sie uns nichts Vertrauliches: E-Mails sind in aller Regel nicht Ende-zu-Ende verschlüsselt. "
    "Auf Wunsch vereinbaren wir einen sicheren Weg.": (
        "Please send us nothing confidential: e-mails are as a rule not encrypted end to end. On request we arrange a secure way."
    ),
}
