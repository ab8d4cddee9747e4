"""The English words of teams and their meetings."""

TEAMS = {
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

MEETINGS = {
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
