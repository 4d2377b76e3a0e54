"""An error of the store, as it stands in logs and in the ledger, holds nothing that people wrote."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session


def test_a_failed_statement_does_not_tell_its_values(store: Session) -> None:
    with pytest.raises(DBAPIError) as failed:
        store.execute(sa.text("SELECT word FROM nowhere WHERE word = :word"), {"word": "vertraulich"})
    assert "vertraulich" not in str(failed.value)
