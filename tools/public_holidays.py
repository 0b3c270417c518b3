"""Public holidays of a country in a year, with what the ``holidays`` library does not know about them."""

from dataclasses import dataclass, field
from datetime import date, timedelta

import holidays


@dataclass
class PublicHolidays:
    """``days``: names by date; ``working_days``: weekend days on which the country works instead.

    ``moved_until``: the last year for which the library knows the days off that the government moves, if it does not
    know those of the requested year; ``has_estimates``: some days depend on the moon and are not certain;
    ``region_count``: number of regions that may have holidays of their own, which are left out.
    """

    days: dict = field(default_factory=dict)
    working_days: list = field(default_factory=list)
    moved_until: int | None = None
    has_estimates: bool = False
    region_count: int = 0


def get_supported_countries():
    """Return the codes (ISO 3166, two letters) of the countries that the library knows."""
    return sorted(holidays.list_supported_countries(include_aliases=False))


def get_source_version():
    return holidays.__version__


def get_public_holidays(country, year, language=None):
    """Return the public holidays of a country, without those of single regions.

    :param str country: two-letter code, one of :func:`get_supported_countries`
    :param int year: calendar year
    :param str language: Odoo's language code (``uk_UA``); if the library has no names in it, they are in the language
        of the country
    :rtype: PublicHolidays
    """
    source = holidays.country_holidays(country)
    languages = source.supported_languages or ()
    chosen = next((each for each in (language, (language or '')[:2]) if each in languages), source.default_language)
    source = holidays.country_holidays(country, years=year, language=chosen)
    days = {day: name for day, name in sorted(source.items()) if day.year == year}
    if not days:
        # Ukraine works on its holidays under martial law; any other empty year is outside of the library's data.
        return PublicHolidays()
    year_days = (date(year, 1, 1) + timedelta(days=number) for number in range(366))
    weekend = [day for day in year_days if day.year == year and source.is_weekend(day)]
    moved_years = [each for each in getattr(source, 'special_public_holidays', {}) if isinstance(each, int)]
    is_moving = getattr(source, 'has_substituted_holidays', False) and moved_years
    return PublicHolidays(
        days=days,
        working_days=[day for day in weekend if source.is_working_day(day)],
        moved_until=max(moved_years) if is_moving and max(moved_years) < year else None,
        has_estimates=bool(getattr(source, 'estimated_label', None))
        and any(source.tr(source.estimated_label).split('%s')[-1].strip() in name for name in days.values()),
        region_count=len(source.subdivisions),
    )
