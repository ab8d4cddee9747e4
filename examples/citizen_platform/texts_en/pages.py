"""The English words of every page, of the entrance, and of the pages for the young and their parents."""

PAGES = {
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

ENTRANCE = {
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

YOUNG = {
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
