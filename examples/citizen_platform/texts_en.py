"""The English words of the public pages, by their German ones."""

from citizen_platform import forms
from citizen_platform.community import consents

_PAGES = {
    "Gemeinsam forschen": "Research together",
    "Zum Inhalt": "Skip to content",
    "Hauptmenü": "Main menu",
    "Kontakt": "Contact",
    "Mein Konto": "My account",
    "Abmelden": "Log out",
    "Anmelden": "Log in",
    "Mitmachen": "Join in",
    "Rechtliches": "Legal",
    "Unter 16?": "Under 16?",
    "Impressum": "Imprint",
    "Datenschutz": "Privacy",
    "Datenschutzhinweise": "Privacy notice",
    "Forschung, bei der Sie mitreden": "Research in which you have a say",
    "Stellen Sie Fragen, schlagen Sie Untersuchungen vor und diskutieren Sie mit Menschen aus Wissenschaft und Nachbarschaft.": (
        "Ask questions, suggest studies and discuss them with people from science and your neighbourhood."
    ),
    "Erst einmal umsehen": "Look around first",
    "Unsere Teams": "Our teams",
    "So gehen wir mit Ihren Daten um": "How we treat your data",
    "Umsehen geht ohne Konto und ohne Cookie.": "You can look around without an account and without a cookie.",
    "Ein Pseudonym ist willkommen; öffentlich ist nur Ihr Benutzername.": (
        "A pseudonym is welcome; only your user name is public."
    ),
    "Alles im Profil ist freiwillig und jederzeit zu löschen.": "Everything in the profile is optional and can be deleted at any time.",
    "Was Sie ansehen, wird nicht mit Ihrem Konto verknüpft.": "What you look at is not linked with your account.",
    "Angaben nach § 5 DDG": "Information under section 5 DDG",
    "Deutschland": "Germany",
    "Vertreten durch": "Represented by",
    "den Vorstand": "its board",
    "Telefon": "Telephone",
    "Register": "Register",
    "Amtsgericht Musterstadt, VR 0000": "Musterstadt district court, VR 0000",
    "E-Mail": "E-mail",
    "Fremde Seiten, auf die wir verweisen": "Other sites that we link to",
    "Für fremde Seiten gilt unsere Datenschutzerklärung nicht. Wann wir sie zuletzt geprüft haben, steht dabei.": (
        "Our privacy notice does not cover other sites. The date of our last check stands beside each."
    ),
    "fremde Seite": "external site",
    "geprüft am": "checked on",
    "Dieser Verein ist erfunden.": "This association is invented.",
    "E-Mails sind in aller Regel nicht Ende-zu-Ende verschlüsselt. Bitte senden Sie uns so nichts Vertrauliches; auf Wunsch "
    "vereinbaren wir einen sicheren Weg.": (
        "E-mails are as a rule not encrypted end to end. Please send us nothing confidential that way; on request we arrange "
        "a secure one."
    ),
    "Die Datenschutzhinweise sind noch nicht veröffentlicht.": "The privacy notice is not published yet.",
    "Fragen zum Datenschutz beantworten wir unter": "Questions about privacy are answered at",
    "Fehler": "Error",
    "Das hat nicht geklappt": "That did not work",
    "Diese Anfrage war unvollständig oder enthielt Formulardaten in der Adresse.": (
        "This request was incomplete or held form data in its address."
    ),
    "Bitte melden Sie sich an.": "Please log in.",
    "Das ist nicht erlaubt. Vielleicht ist die Seite zu lange offen gewesen: Bitte laden Sie sie neu.": (
        "That is not allowed. Perhaps the page was open for too long: please reload it."
    ),
    "Diese Seite gibt es nicht, oder die Adresse gilt nicht mehr.": "There is no such page, or the address is no longer valid.",
    "Ein beteiligter Dienst ist gerade nicht erreichbar. Bitte versuchen Sie es später noch einmal.": (
        "A service that is needed cannot be reached at the moment. Please try again later."
    ),
    "Es ist ein Fehler aufgetreten. Ihre Eingaben wurden nicht gespeichert.": "An error occurred. What you entered was not saved.",
    "Zur Startseite": "To the start page",
    "Bitte prüfen Sie die markierten Felder.": "Please check the marked fields.",
    "Pflichtfeld": "required",
    "Bitte wählen": "Please choose",
}

_ENTRANCE = {
    "Drei Angaben genügen. Alles andere ist freiwillig und kann später kommen.": (
        "Three entries are enough. Everything else is optional and can come later."
    ),
    "Konto anlegen": "Create account",
    "Sie haben das Recht, der Verarbeitung von Daten zu widersprechen, die auf berechtigten Interessen beruht.": (
        "You have the right to object to processing that is based on legitimate interests."
    ),
    "Deine Eltern sind einverstanden. Such dir jetzt einen Benutzernamen aus – nicht deinen richtigen Namen.": (
        "Your parents agree. Now choose a user name – not your real name."
    ),
    "Mit Benutzernamen oder E-Mail-Adresse. Dafür setzen wir ein Cookie, das mit dem Browser endet; ohne Cookies geht das "
    "Anmelden nicht.": (
        "With user name or e-mail address. For this we set a cookie that ends with your browser; without cookies you cannot log in."
    ),
    "Name und Passwort passen nicht zusammen, oder das Konto ist noch nicht bestätigt. Nach fünf falschen Versuchen ruht der "
    "Name eine Viertelstunde.": (
        "Name and password do not match, or the account is not confirmed yet. After five wrong attempts the name rests for a quarter "
        "of an hour."
    ),
    "Passwort vergessen?": "Forgotten your password?",
    "Noch kein Konto?": "No account yet?",
    "Wir schicken Ihnen eine Adresse, über die Sie ein neues festlegen. Ein Passwort schicken wir nie.": (
        "We send you an address at which you set a new one. We never send a password."
    ),
    "Mail anfordern": "Request mail",
    "Neues Passwort": "New password",
    "Danach sind alle anderen Sitzungen beendet.": "All other sessions end with it.",
    "Passwort festlegen": "Set password",
    "Bitte sehen Sie in Ihr Postfach": "Please look into your mailbox",
    "Wenn alles seine Richtigkeit hat, ist eine Mail unterwegs. Darin steht, wie es weitergeht.": (
        "If everything is in order, a mail is on its way. It says how to go on."
    ),
    "Nichts angekommen? Sehen Sie auch im Spam-Ordner nach.": "Nothing arrived? Please look into the spam folder, too.",
    "Bestätigen": "Confirm",
    "Danke, das ist bestätigt.": "Thank you, that is confirmed.",
    "Gehört Ihnen die E-Mail-Adresse, an die diese Mail ging?": "Is the e-mail address to which this mail went yours?",
    "Ja, bestätigen": "Yes, confirm",
    "Dieses Passwort wäre leicht zu erraten. Bitte wählen Sie ein anderes.": (
        "This password would be easy to guess. Please choose another one."
    ),
    "Diesen Namen gibt es schon. Bitte wählen Sie einen anderen.": "This name is taken. Please choose another one.",
}

_YOUNG = {
    "Du bist noch nicht 16?": "You are not 16 yet?",
    "Lesen darfst du hier alles. Wenn du mitschreiben willst, frag bitte zuerst deine Eltern.": (
        "You may read everything here. If you want to write, please ask your parents first."
    ),
    "Gib die E-Mail-Adresse deiner Mutter, deines Vaters oder deines Vormunds an. Über dich speichern wir noch nichts.": (
        "Enter the e-mail address of your mother, father or guardian. We do not store anything about you yet."
    ),
    "Deine Eltern bekommen eine Mail. Sind sie einverstanden, öffnen sie mit dir zusammen die Seite, die darin steht.": (
        "Your parents receive a mail. If they agree, they open the page that it names together with you."
    ),
    "Dann suchst du dir einen Benutzernamen aus. Nimm nicht deinen richtigen Namen.": (
        "Then you choose a user name. Do not take your real name."
    ),
    "Eltern fragen": "Ask parents",
    "Für Eltern": "For parents",
    "Unser Angebot richtet sich an Menschen ab 16 Jahren. Jüngere sollen uns ohne Ihre Zustimmung keine Daten geben. Erfahren "
    "wir, dass ein Konto ohne Zustimmung besteht, löschen wir es sofort.": (
        "Our offer is meant for people aged 16 or older. Younger ones should not give us any data without your consent. If we learn "
        "of an account without it, we delete it at once."
    ),
    "Sie haben Fragen?": "You have questions?",
    "Schreiben Sie uns.": "Write to us.",
    "Über dich speichern wir noch nichts. Die Adresse löschen wir nach sieben Tagen, wenn niemand zustimmt.": (
        "We do not store anything about you yet. We delete the address after seven days if nobody agrees."
    ),
    "Mail an meine Eltern senden": "Send mail to my parents",
    "Die Mail ist unterwegs.": "The mail is on its way.",
    "Ihr Kind möchte bei Mitforschen mitschreiben.": "Your child would like to write on Mitforschen.",
    "Gespeichert werden ein Benutzername, ein Passwort (als Hash) und eine E-Mail-Adresse. Öffentlich ist nur der Benutzername. "
    "Sie können Ihre Zustimmung jederzeit widerrufen; wir löschen das Konto dann.": (
        "A user name, a password (as a hash) and an e-mail address are stored. Only the user name is public. You can withdraw your "
        "consent at any time; we then delete the account."
    ),
    "Ich bin damit einverstanden": "I agree",
    "Dein Konto ruht, bis deine Eltern zugestimmt haben.": "Your account rests until your parents have agreed.",
    "So geht es weiter.": "How to go on.",
    "Das Jahr lässt offen, ob Sie schon 16 sind. Ich bin 16 Jahre oder älter.": (
        "The year leaves open whether you are 16 already. I am 16 years of age or older."
    ),
    "Nein, ich bin jünger.": "No, I am younger.",
}

_ACCOUNT = {
    "Guten Tag": "Hello",
    "Mein Profil (freiwillig)": "My profile (optional)",
    "Was ist über mich gespeichert?": "What is stored about me?",
    "Öffentlicher Name": "Public name",
    "Zurzeit": "At present",
    "Ändern": "Change",
    "Sichtbarkeit": "Visibility",
    "Meine Teams zeigen mich als Mitglied": "My teams show me as a member",
    "Speichern": "Save",
    "Meine Einwilligungen": "My consents",
    "Jede ist freiwillig. Geben und Widerrufen ist je ein Klick; was allein auf einer Einwilligung beruht, löschen wir mit dem "
    "Widerruf.": (
        "Each is voluntary. Giving and withdrawing takes one click each; what rests on a consent alone is deleted when it is withdrawn."
    ),
    "erteilt": "given",
    "nicht erteilt": "not given",
    "Widerrufen": "Withdraw",
    "Einwilligen": "Consent",
    "Konto löschen": "Delete account",
    "Alles, was in unserer Datenbank zu Ihrem Konto steht. Ihr Passwort ist nur als Hash gespeichert und fehlt deshalb.": (
        "Everything in our database about your account. Your password is stored as a hash only and therefore missing here."
    ),
    "Als JSON herunterladen": "Download as JSON",
    "Mein Profil": "My profile",
    "Alles hier ist freiwillig. Niemand sonst sieht es; ausgewertet wird nur zusammengefasst über viele Mitglieder. Was Sie "
    "leeren, ist gelöscht.": (
        "Everything here is optional. Nobody else sees it; it is evaluated only in aggregate over many members. What you empty is deleted."
    ),
    "Dafür brauchen wir Ihre Einwilligung:": "For this we need your consent:",
    "Angaben speichern wir erst, wenn Sie in die wissenschaftliche Auswertung eingewilligt haben.": (
        "We store entries only after you have consented to their scientific evaluation."
    ),
    "Konto, Profil, Einwilligungen, Mitgliedschaften und Sitzungen sind sofort gelöscht.": (
        "Account, profile, consents, memberships and sessions are deleted at once."
    ),
    "Was soll mit Ihren Beiträgen geschehen?": "What should happen to your contributions?",
    "Auch löschen.": "Delete them, too.",
    "Ohne meinen Namen stehen lassen.": "Leave them without my name.",
    "Endgültig löschen": "Delete for good",
    "Konto": "Account",
    "Profil": "Profile",
    "Einwilligungen": "Consents",
    "Mails an Sie": "Mails to you",
    "Vorschläge": "Suggestions",
    "Kommentare": "Comments",
    "Zustimmung der Eltern": "Consent of parents",
    "Sprache der Mails": "Language of mails",
    "Stand": "State",
    "angemeldet am": "registered on",
    "bestätigt am": "confirmed on",
    "zuletzt hier am": "last here on",
    "erinnert am": "reminded on",
    "in Teams sichtbar": "visible in teams",
    "Angabe zum Alter": "age as stated",
    "Zweck": "Purpose",
    "Ende des Projekts": "End of the project",
    "Fassung des Textes": "version of the text",
    "Prüfwert des Textes": "digest of the text",
    "erteilt am": "given on",
    "widerrufen am": "withdrawn on",
    "Anlass": "Occasion",
    "gesendet am": "sent on",
    "Anzeige": "shown",
    "geschrieben am": "written on",
    "dabei seit": "member since",
    "Mails eingeschaltet": "mails switched on",
    "zugestimmt am": "agreed on",
}

_TEAMS = {
    "Mails abschalten": "Switch mails off",
    "Mails einschalten": "Switch mails on",
    "Treffen beginnen": "Begin a meeting",
    "Team verlassen": "Leave team",
    "Im Team mitmachen": "Join the team",
    "Dabei": "Members",
    "ehemaliges Mitglied": "former member",
    "wird geprüft": "being reviewed",
    "Noch keine. Machen Sie den Anfang!": "None yet. Make a start!",
    "Etwas vorschlagen": "Suggest something",
    "Vorschlagen": "Suggest",
    "Melden Sie sich an, um mitzuschreiben.": "Log in to take part.",
    "Der Text scheint eine E-Mail-Adresse oder Telefonnummer zu enthalten. Beiträge sind öffentlich: Bitte nehmen Sie sie heraus.": (
        "The text seems to hold an e-mail address or telephone number. Contributions are public: please take it out."
    ),
    "Das ist keine. Bitte prüfen lassen und dann veröffentlichen.": "It is none. Please have it reviewed and then published.",
    "Ändern oder löschen": "Change or delete",
    "Löschen": "Delete",
    "Noch keine.": "None yet.",
    "Kommentieren": "Comment",
    "Unzufrieden mit einem Beitrag?": "Unhappy with a contribution?",
    "Benachrichtigungen abschalten": "Switch notifications off",
    "Abgeschaltet. Ihr Konto und Ihr Team bleiben.": "Switched off. Your account and your team remain.",
    "Sie bekommen dann keine Mails mehr über dieses Team.": "You will then receive no more mails about this team.",
    "Abschalten": "Switch off",
    "Ihre Nachricht geht verschlüsselt als E-Mail an uns. Ist die Sache erledigt, löschen wir sie.": (
        "Your message goes to us as an encrypted e-mail. When the matter is settled, we delete it."
    ),
    "Nachricht senden": "Send message",
    "Ihre Nachricht konnte gerade nicht sicher übertragen werden und wurde nicht gesendet. Bitte versuchen Sie es später noch "
    "einmal.": "Your message could not be transmitted securely and was not sent. Please try again later.",
    "Sie können auch direkt schreiben:": "You can also write directly:",
    "Danke für Ihre Nachricht": "Thank you for your message",
    "Wir antworten per E-Mail.": "We answer by e-mail.",
}

_MEETINGS = {
    "Treffen": "Meeting",
    "Das Treffen ist eröffnet": "The meeting is open",
    "Namen, Chat, Notizen und Folien sind gelöscht, sobald das Treffen endet. Aufgezeichnet wird nichts. Die Adressen gelten eine "
    "Viertelstunde.": (
        "Names, chat, notes and slides are deleted as soon as the meeting ends. Nothing is recorded. The addresses are valid for a quarter "
        "of an hour."
    ),
    "Als Moderation beitreten": "Join as moderator",
    "Adresse für die anderen": "Address for the others",
    "Bevor Sie beitreten": "Before you join",
    "Bitte stimmen Sie den Regeln zu.": "Please accept the rules.",
    "Was Sie zeigen und schreiben, können andere Teilnehmende missbrauchen, auch wenn das streng verboten ist.": (
        "Other participants can misuse what you show and write, even though that is strictly forbidden."
    ),
    "Bitte machen Sie keine Bildschirmfotos und geben Sie nichts aus dem Treffen unbefugt weiter.": (
        "Please take no screenshots and pass nothing on from the meeting without permission."
    ),
    "Kamera und Mikrofon nutzt dieser Raum nicht. Alles andere ist freiwillig: Sie können auch nur mitlesen.": (
        "This room uses neither camera nor microphone. Everything else is optional: you can also just read."
    ),
    "Name für dieses Treffen (freiwillig)": "Name for this meeting (optional)",
    "Gern ein Pseudonym. Ohne Angabe heißen Sie „Gast“.": "A pseudonym is welcome. Without one you are called “Gast” (guest).",
    "Ich halte mich an diese Regeln.": "I will keep to these rules.",
    "Beitreten": "Join",
    "Wird nicht aufgezeichnet": "Not recorded",
    "Verlassen": "Leave",
    "Für alle beenden": "End for everybody",
    "Folien": "Slides",
    "Teilnehmende und Chat": "Participants and chat",
    "In den Chat schreiben": "Write to the chat",
    "Gemeinsame Notizen": "Shared notes",
    "Sie": "you",
    "Noch hat niemand etwas geschrieben.": "Nobody has written anything yet.",
    "Senden": "Send",
    "Neu laden": "Reload",
    "Folie": "Slide",
    "Noch keine Folie.": "No slide yet.",
    "Folie (PNG)": "Slide (PNG)",
    "Zeigen": "Show",
    "Das Treffen ist für Sie zu Ende": "The meeting is over for you",
    "Endet es für alle, sind Namen, Chat, Notizen und Folien gelöscht. Eine Aufzeichnung gibt es nicht.": (
        "When it ends for everybody, names, chat, notes and slides are deleted. There is no recording."
    ),
    "Hier geht es nicht weiter": "This leads no further",
    "Das Treffen ist vorbei, oder die Adresse gilt nicht mehr. Von einem Treffen bleibt nichts.": (
        "The meeting is over, or the address is no longer valid. Nothing remains of a meeting."
    ),
    "Zurück zu Mitforschen": "Back to Mitforschen",
}

_FIELDS = {
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

#: Words that are the same in both languages.
SAME = frozenset({"Name", "Team", "Teams", "Text"})

ENGLISH = _PAGES | _ENTRANCE | _YOUNG | _ACCOUNT | _TEAMS | _MEETINGS | _FIELDS
