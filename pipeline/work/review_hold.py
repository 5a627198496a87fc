"""Getting hold of one item of the queue by its key."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from pipeline.scans.waiting import State
from pipeline.store import models
from pipeline.work import review
from pipeline.work.review_items import Item, Position, QueueFilter, Reviewer, free, queue_rows


def take(reviewer: Reviewer, key: str) -> Item:
    """The item of this key, leased to this reviewer instead of what they held. Raises Stale when
    it is not in the queue, is another's now, or is not for them, NotAllowed, CampaignClosed."""
    with transaction.atomic():
        version = review.item(reviewer, key).version
        row = review.claim(reviewer, key, version)
        review.release(reviewer)
        models.QueueItem.objects.filter(pk=row.pk).update(
            leased_by=reviewer.account_id, leased_until=timezone.now() + review.LEASE
        )
        return review.item(reviewer, key)


def take_back(reviewer: Reviewer, key: str) -> None:
    """Put an item that was set aside back into the queue, where it was. Raises as :func:`take`."""
    with transaction.atomic():
        row = review.claim(reviewer, key, review.item(reviewer, key).version)
        models.QueueItem.objects.filter(pk=row.pk, state=State.ASIDE).update(state=State.OPEN)


def following(reviewer: Reviewer, chosen: QueueFilter, at: Position) -> Item | None:
    """The item to look at after one that was dealt with: another that this reviewer holds, as the
    odd ones of a contact sheet, else the next one in order, else the first that is left."""
    now = timezone.now()
    with transaction.atomic():
        first = _first(reviewer, chosen, now)
        if first is None:
            return None
        # Who works from the front gets the first one, which is found at once; the one after a
        # place in the middle costs a search.
        is_held = first.leased_by_id == reviewer.account_id
        if is_held or (first.level, -first.doubt, first.pk) > (at.level, -at.doubt, at.row):
            return review.lease([first], reviewer, now)[0]
    return review.neighbour(reviewer, chosen, at) or review.next_item(reviewer, chosen)


def _first(reviewer: Reviewer, chosen: QueueFilter, now: datetime) -> models.QueueItem | None:
    """What next_item would give: one's own first."""
    parts = queue_rows(reviewer, chosen)
    held = models.QueueItem.objects.filter(
        leased_by=reviewer.account_id, leased_until__gt=now
    ).values_list("pk", flat=True)
    own = [part.filter(pk__in=list(held)) for part in parts if held]
    every = (*own, *(free(part, reviewer, now) for part in parts))
    return next((row for part in every if (row := part.first()) is not None), None)
