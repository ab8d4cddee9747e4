"""The English words of a member's account."""

ACCOUNT = {
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
