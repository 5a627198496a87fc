"""Getting hold of one item of the queue by its key."""

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
    for rows in queue_rows(reviewer, chosen):
        own = free(rows, reviewer, now).filter(leased_by=reviewer.account_id, leased_until__gt=now)
        if own.exists():
            return review.next_item(reviewer, chosen)
    return review.neighbour(reviewer, chosen, at) or review.next_item(reviewer, chosen)
