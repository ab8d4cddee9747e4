"""A notice whose mail came back is named to humans, although a mail server had taken it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.receivers import http_receiver, mail_server
from tests.unit.rights.test_rights_returned import report_of
from zusage.bootstrap.cases.returning import take_back
from zusage.bootstrap.telling.sending import escalated_now, send
from zusage.rights.letter import MailRefused
from zusage.state.errors import NoticeEnded

from .told_world import Told


def test_a_notice_whose_mail_came_back_is_escalated_and_stays_so(tmp_path: Path) -> None:
    with http_receiver() as http, mail_server() as mail:
        told = Told.make(tmp_path, http, mail)
        told.correct()
        with told.opened() as product:
            send(product)
            (letter,) = [one for one in mail[1] if one["To"] == "office@printer.example"]
            (notice,) = [one for one in product.state.notices.all() if one.recipient == "printer"]
            assert (notice.state, escalated_now(product, notice)) == ("told", False)
            with pytest.raises(MailRefused):
                take_back(product, report_of())
            assert take_back(product, report_of(number=str(letter["Message-ID"]))) == notice.id
            send(product)
            assert escalated_now(product, product.state.notices.get(notice.id))
            product.state.notices.receive(notice.id, "by telephone", product.clock(), by="clerk-2")
            with pytest.raises(MailRefused):  # the same report once more: a human has looked
                take_back(product, report_of(number=str(letter["Message-ID"])))
            found = product.state.notices.get(notice.id)
            assert (found.receipt, found.by, escalated_now(product, found)) == ("by telephone", "clerk-2", False)
            with pytest.raises(NoticeEnded):
                product.state.notices.excuse(notice.id, "impossible", "wound up", "dpo", product.clock())
