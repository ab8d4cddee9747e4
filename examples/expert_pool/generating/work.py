"""What happened between invented people and the pool: applications, trainings, messages, shares, appointments."""

from datetime import datetime, timedelta
from random import Random

from expert_pool.generating.people import PLACES, Person, Rows
from plate_shop.generating.values import digest, token

APPROVERS = (5, 6)  # the staff accounts of the approval loop, in the order of the books
RECRUITER, TRAINER, WRITER = 1, 2, 3
FIELD_COUNT = 5


def offers(rows: Rows, random: Random, now: datetime, years: int) -> None:
    """Vacancies and trainings over the years; some are open now, some for members only."""
    for number in range(1, 12 * years + 1):
        at = now - timedelta(days=30 * (12 * years - number) + 5)
        place = random.choice(PLACES)
        employment, members = number % 3 == 0, number % 5 == 0
        shared = {"text_de": f"Einsatz in {place}.", "text_en": f"Assignment in {place}.", "published_at": at}
        rows["vacancy"].append(
            {
                "id": number,
                "organisation_id": 1 + number % 4,
                "field_id": 1 + number % FIELD_COUNT,
                "title_de": f"Fachkraft {place} {number}",
                "title_en": f"Specialist {place} {number}",
                **shared,
                "country": place,
                "employment": employment,
                "members_only": members,
                "closes_on": (at + timedelta(days=40)).date(),
            }
        )
        rows["training"].append(
            {
                "id": number,
                "organisation_id": 1 + number % 3,
                "title_de": f"Vorbereitungskurs {number}",
                "title_en": f"Preparation course {number}",
                **shared,
                "members_only": members,
                "starts_on": (at + timedelta(days=45)).date(),
                "ends_on": (at + timedelta(days=50)).date(),
                "places": 16,
                "fee_cents": 5000 if number % 2 else 0,
            }
        )
        for kind in ("vacancy", "training"):
            over = at + timedelta(days=46) if at + timedelta(days=46) < now else None
            channels = ("members",) if members else ("site", "feed")
            rows[f"{kind}_posting"] += [
                {f"{kind}_id": number, "channel": channel, "posted_at": at, "taken_down_at": over} for channel in channels
            ]


class Dealings:
    """What one person did and was done to; keeps the numbers that others refer to."""

    def __init__(self, rows: Rows, random: Random, now: datetime, years: int) -> None:
        self.rows, self.random, self.now, self.months = rows, random, now, 12 * years
        self.applications = self.comments = self.messages = self.shares = self.alerts = 0
        self.talks: dict[int, int] = {}

    def write(self, one: Person) -> None:
        """Everything that fits how the person stands."""
        if one.standing in ("member", "rejected"):
            for at in one.moments(self.random.randint(1, 2)):
                self._apply(one, "vacancy", at, "rejected")
        if one.standing == "new" and one.number % 2:
            self._apply(one, "vacancy", one.registered, "submitted")
        if one.standing == "member":
            self._member(one)

    def _apply(self, one: Person, kind: str, at: datetime, state: str, target: int | None = None) -> None:
        self.applications += 1
        number, ended = self.applications, None
        target = target or self.random.randint(1, self.months)
        columns = dict.fromkeys(("vacancy_id", "training_id", "field_id"))
        if state in ("accepted", "rejected"):
            ended = min(at + timedelta(days=self.random.randint(5, 60)), self.now)
        one.add(
            "application",
            id=number,
            person_id=one.number,
            kind=kind,
            **columns | {f"{kind}_id": target},
            state=state,
            letter=f"Ich, {one.surname}, bewerbe mich.",
            submitted_at=at,
            closed_at=ended,
        )
        self._event(one, number, at, "person", "", "submitted")
        if ended:
            self._event(one, number, ended, "staff", "submitted", state)
        if one.documents and kind == "vacancy":
            one.add("application_document", application_id=number, document_id=one.documents[0])

    def _event(self, one: Person, number: int, at: datetime, actor: str, old: str, new: str) -> None:
        staff = RECRUITER if actor == "staff" else None
        note = f"Rücksprache mit {one.surname}" if staff else ""
        row = {"application_id": number, "at": at, "actor": actor, "staff_id": staff, "from_state": old, "to_state": new}
        one.add("application_event", **row, note=note)

    def _member(self, one: Person) -> None:
        field, since = 1 + one.number % FIELD_COUNT, one.registered
        self._apply(one, "field", since, "accepted", field)
        decided = {
            "checked_by": APPROVERS[0],
            "decided_by": APPROVERS[1],
            "decided_at": since,
            "reason": "Voraussetzungen erfüllt",
        }
        one.add("membership", person_id=one.number, field_id=field, state="approved", requested_at=since, **decided)
        proof = {"document_id": one.documents[0] if one.documents else None, "kind": "course", "title": "Vorbereitungskurs"}
        until = (since + timedelta(days=self.random.randint(300, 1500))).date()
        state = "approved" if until >= self.now.date() or one.number % 7 == 0 else "lapsed"
        one.add(
            "evidence", person_id=one.number, **proof, state=state, submitted_at=since, expires_on=until, contested="", **decided
        )
        self._training(one)
        if one.number % 3:
            self._messages(one)
        if one.number % 4 == 0:
            self._share(one)
        self._staff(one)

    def _training(self, one: Person) -> None:
        at = next(one.moments(1))
        number = self.random.randint(1, self.months)
        consent = one.consent("messages", one.registered)
        answer = {"answered_at": at, "answer": "yes"}
        invited = {"training_id": number, "person_id": one.number}
        one.add("training_invitation", **invited, consent_id=consent, sent_at=at, **answer)
        one.add("attendance", **invited, state="completed", registered_at=at, completed_on=at.date())
        self.comments += 1
        earlier = self.talks.get(number)
        said = f"Danke an {one.surname}" if earlier else "Wer fährt gemeinsam?"
        one.add("comment", id=self.comments, **invited, answers=earlier, text=said, at=at)
        self.talks.setdefault(number, self.comments)
        one.messages_consent = consent
        if number % 2:
            self._receipt(one, at, number)
        self.alerts += 1
        agreed = one.consent("alerts", one.registered)
        link = {"token": token(self.random), "consent_id": agreed, "confirmed_at": one.registered, "ended_at": None}
        one.add("alert", id=self.alerts, person_id=one.number, kind="job", field_id=None, **link)
        one.add("alert_mail", alert_id=self.alerts, vacancy_id=number, training_id=None, sent_at=at)

    def _receipt(self, one: Person, at: datetime, number: int) -> None:
        one.add(
            "receipt",
            number=f"R{at.year}-{one.number:06d}",
            person_id=one.number,
            issued_on=at.date(),
            payer_name=one.surname,
            payer_address=f"00{number:03d} Quellstadt",
            service=f"Vorbereitungskurs {number}",
            total_cents=5000,
            statute="§ 147 Abs. 1 Nr. 4, Abs. 3 AO",
        )

    def _messages(self, one: Person) -> None:
        for at in one.moments(2):
            self.messages += 1
            by_person = self.messages % 4 == 0
            one.add(
                "message",
                id=self.messages,
                person_id=one.number if by_person else None,
                staff_id=None if by_person else WRITER,
                audience="team" if by_person else "pool",
                field_id=None,
                answers=None,
                subject="Rückfrage" if by_person else "Neues aus dem Pool",
                body=f"Viele Grüße, {one.surname}" if by_person else "Bitte prüfen Sie Ihre Angaben.",
                sent_at=at,
            )
            if not by_person:
                got = {"message_id": self.messages, "person_id": one.number, "consent_id": one.messages_consent}
                one.add("message_recipient", **got, delivered_at=at, read_at=None)

    def _share(self, one: Person) -> None:
        at = next(one.moments(1))
        self.shares += 1
        consent = one.consent("sharing", at, 1)
        one.add(
            "share",
            id=self.shares,
            person_id=one.number,
            stakeholder_id=1,
            consent_id=consent,
            vacancy_id=1,
            staff_id=RECRUITER,
            token_digest=digest(self.random),
            code_digest=digest(self.random),
            fields="name,headline,competences",
            created_at=at,
            expires_at=at + timedelta(days=30),
            revoked_at=None,
        )
        one.add("share_view", share_id=self.shares, at=at + timedelta(days=1), what="profile")
        where = {"recipient": "Wahlbüro der Region West", "kind": "stakeholder", "country": "DE", "transfer_basis": ""}
        what = {"fields": "name,headline,competences", "purpose": "assignment", "consent_id": consent, "sent_at": at}
        one.add("disclosure", person_id=one.number, **where, **what)

    def _staff(self, one: Person) -> None:
        at = next(one.moments(1))
        done = at + timedelta(days=20)
        words = {"purpose": "Rückfrage", "note": f"{one.surname} anrufen", "created_at": at}
        settled = done if done < self.now else None
        one.add("follow_up", person_id=one.number, staff_id=RECRUITER, due_on=done.date(), **words, done_at=settled)
        if one.number % 2:
            when = {"starts_at": at + timedelta(days=7), "ends_at": at + timedelta(days=7, hours=1), "sent_at": at}
            about = {"uid": f"{digest(self.random)[:24]}@pool.example", "subject": "Gespräch", "place": "Berlin"}
            one.add("appointment", person_id=one.number, staff_id=RECRUITER, **about, **when, cancelled_at=None)
        seen = {"actor": "staff", "staff_id": RECRUITER, "action": "profile-viewed", "detail": None}
        one.add("audit", at=at, person_id=one.number, **seen)
