"""`ratspost group`: closed audiences, and who is on their lists."""

from __future__ import annotations

import json
from typing import TypedDict

import click

from forum.cli.house import House, pass_house
from forum.core.db import transaction
from forum.people import groups, roster, service
from forum.people.models import GroupRow
from forum.places import catalogue

_SLUG = click.argument("slug")
_EMAILS = click.argument("emails", metavar="EMAIL…", nargs=-1, required=True)


class Shown(TypedDict):
    """A group as `list --json` tells it; `members` counts who belongs now, `body` and `region` are slugs or null."""

    slug: str
    name: str
    body: str | None
    region: str | None
    members: int


@click.group("group")
def command() -> None:
    """Groups: closed audiences, gruppe-SLUG@."""


@command.command()
@_SLUG
@click.option("--name", required=True, help="As it stands above its threads.")
@click.option("--body", metavar="SLUG", help="Whoever holds a confirmed mandate in this body belongs, without being named.")
@click.option("--region", metavar="SLUG", help="With --body: only mandates of this region.")
@pass_house
def add(house: House, slug: str, name: str, body: str | None, region: str | None) -> None:
    """Open the group gruppe-SLUG@; nobody is in it yet, except by a mandate."""
    if region and not body:
        raise click.UsageError("--region goes with --body only.")
    with house.open():
        with transaction():
            known = catalogue.get()
            body_id = roster.find_body(body).id if body else None
            region_slug = roster.region_slug(region) if region else None
            group = groups.add(slug, name, body_id=body_id, region_id=known.region(region_slug).id if region_slug else None)
            line = f"Added the group {group.title}, gruppe-{group.slug}@{_counted(group)}."
        click.echo(line)


@command.command()
@_SLUG
@_EMAILS
@pass_house
def join(house: House, slug: str, emails: tuple[str, ...]) -> None:
    """Put people on the list of a group: all of them, or nobody if one is not known. From now on they read all of it."""
    with house.open():
        with transaction():
            group = groups.get(slug)
            for email in emails:
                groups.join(group, service.get_by_email(email))
            line = f"{group.title} has {_members(group)}."
        click.echo(line)


@command.command()
@_SLUG
@_EMAILS
@pass_house
def leave(house: House, slug: str, emails: tuple[str, ...]) -> None:
    """Take people off the list of a group; from then on they neither read its threads nor get its mails."""
    with house.open():
        with transaction():
            group = groups.get(slug)
            lines = [_left(group, email) for email in emails]
            lines.append(f"{group.title} has {_members(group)}.")
        for line in lines:
            click.echo(line)


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON list, for programs.")
@pass_house
def list_(house: House, as_json: bool) -> None:
    """List all groups: slug, number of members now, name, and the body whose holders of a mandate belong."""
    with house.open():
        found = [_shown(group) for group in groups.everyone()]
    if as_json:
        click.echo(json.dumps(found))
        return
    for one in found:
        of_body = f"  ({' '.join(word for word in (one['body'], one['region']) if word)})" if one["body"] else ""
        click.echo(f"{one['slug']:<24}  {one['members']:>5}  {one['name']}{of_body}")


@command.command()
@_SLUG
@pass_house
def show(house: House, slug: str) -> None:
    """List who belongs to a group now: first address and name."""
    with house.open():
        for person in groups.members(groups.get(slug)):
            click.echo(f"{person.addresses[0].email}  {person.name}")


def _left(group: GroupRow, email: str) -> str:
    person = service.get_by_email(email)
    if not groups.leave(group, person):
        said = f"{person.name} was not on the list."
    else:
        said = f"{person.name} left."
    return said + (" Their mandate still lets them in." if groups.contains(group.id, person.id) else "")


def _shown(group: GroupRow) -> Shown:
    known = catalogue.get()
    return Shown(
        slug=group.slug,
        name=group.title,
        body=next((body.slug for body in known.bodies if body.id == group.body_id), None),
        region=known.region_by_id(group.region_id).slug if group.region_id else None,
        members=len(groups.members(group)),
    )


def _counted(group: GroupRow) -> str:
    return f", {_members(group)}" if group.body_id else ""


def _members(group: GroupRow) -> str:
    count = len(groups.members(group))
    return "1 member" if count == 1 else f"{count} members"
