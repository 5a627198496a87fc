"""click's own words in Vietnamese: help pages and complaints about usage."""

from typing import Any

import click


class _Vietnamese(click.Command):
    """A command whose help page is Vietnamese."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The usage line."""
        words = " ".join(self.collect_usage_pieces(ctx))
        words = words.replace("[OPTIONS]", "[TÙY CHỌN]").replace("COMMAND [ARGS]", "LỆNH")
        formatter.write_usage(ctx.command_path, words, prefix="Cách dùng: ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        records = [param.get_help_record(ctx) for param in self.get_params(ctx)]
        found = [record for record in records if record is not None]
        if found:
            with formatter.section("Tùy chọn"):
                formatter.write_dl(found)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "Hiện trang hướng dẫn này."
        return option


class Command(_Vietnamese):
    """A single command."""


class Group(_Vietnamese, click.Group):
    """A group of commands."""

    command_class = Command

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Options, then commands."""
        super().format_options(ctx, formatter)
        commands = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        shown = [
            (name, command.get_short_help_str(90))
            for name, command in commands
            if command and not command.hidden
        ]
        with formatter.section("Lệnh"):
            formatter.write_dl(shown)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """In the order of the office's work, not of the alphabet."""
        return list(self.commands)


Group.group_class = Group


def explain(error: click.UsageError) -> str:
    """What is wrong with the command line, in Vietnamese."""
    match error:
        case click.NoSuchOption():
            return f"không có tùy chọn {error.option_name}"
        case click.MissingParameter(param=click.Argument() as param):
            return f"thiếu {param.make_metavar(error.ctx)}" if error.ctx else error.format_message()
        case click.MissingParameter(param=click.Parameter() as param):
            return f"thiếu tùy chọn {' / '.join(param.opts)}"
        case click.BadParameter(param=click.Parameter() as param):
            return f"{' / '.join(param.opts)}: {error.message}"
        case _ if error.message.startswith("No such command"):
            return "không có lệnh này; xem --help"
        case _:
            return error.format_message()


def vietnamese_choice(values: tuple[str, ...], **settings: Any) -> click.Choice[str]:
    """A choice whose complaint is Vietnamese."""
    return _Choice(values, **settings)


class _Choice(click.Choice[str]):
    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"“{value}” không có; chọn một trong: {', '.join(self.choices)}", param, ctx)
