"""The published privacy notice, and the versions of what people consent to."""

from hashlib import sha256

#: purpose → (German, which is authoritative; English)
TEXTS = {
    "profile": (
        "Ich willige ein, dass die Fernbrücke gGmbH die Angaben verarbeitet, die ich in meinem Profil mache und hochlade, um meine "
        "Eignung für Einsätze zu prüfen, mir Trainings zu ermöglichen und mir passende Stellen anzubieten.",
        "I agree that Fernbrücke gGmbH processes what I enter in my profile and upload, to assess my suitability for assignments, "
        "to enable trainings and to offer me suitable positions.",
    ),
    "messages": (
        "Ich möchte Nachrichten des Pools und Einladungen zu Trainings erhalten.",
        "I would like to receive messages of the pool and invitations to trainings.",
    ),
    "alerts": (
        "Ich möchte über neue Stellen oder Trainings per E-Mail benachrichtigt werden.",
        "I would like to be notified of new positions or trainings by e-mail.",
    ),
    "sharing": (
        "Ich willige ein, dass mein Profil der genannten Stelle gezeigt wird.",
        "I agree that my profile is shown to the body named here.",
    ),
    "partner": (
        "Ich willige ein, dass Name und E-Mail-Adresse zur Anmeldung an die Partnerorganisation gehen, die das Training veranstaltet.",
        "I agree that my name and e-mail address go to the partner organisation that holds the training.",
    ),
    "special": (
        "Ich willige ausdrücklich ein, dass besondere Angaben in diesem Dokument (etwa zu Gesundheit oder Religion) verarbeitet werden.",
        "I explicitly agree that special data in this document (such as on health or religion) are processed.",
    ),
    "origin": (
        "Ich willige ein, dass gespeichert wird, auf welchem Weg ich zum Pool gefunden habe.",
        "I agree that it is stored how I found the pool.",
    ),
}
VERSION = "2026-11"


def text_digest(purpose: str) -> str:
    """The digest of the authoritative German text."""
    return sha256(TEXTS[purpose][0].encode()).hexdigest()
