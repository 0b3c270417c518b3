"""Amounts of money in words, for papers."""

from decimal import ROUND_HALF_UP, Decimal

from num2words import num2words

# Languages and currencies whose words were read by people who speak them. What is missing says nothing, or says it
# wrongly: in Russian and Belarusian, millions of hryvnias take the gender of the hryvnia.
RIGHT_WORDS = {
    'be': {'BYN', 'EUR', 'KZT', 'PLN', 'RUB', 'USD'},
    'en': {'EUR', 'GBP', 'PLN', 'RUB', 'USD'},
    'pl': {'EUR', 'PLN', 'USD'},
    'ru': {'BYN', 'EUR', 'KZT', 'PLN', 'RUB', 'USD'},
    'uk': {'BYN', 'EUR', 'KZT', 'PLN', 'RUB', 'UAH', 'USD'},
}


def say_amount(amount, currency, language):
    """Return an amount in words, beginning with a capital letter; an empty text where the words would be wrong.

    :param amount: a number that is not negative
    :param str currency: code of the currency, such as ``EUR``
    :param str language: code of the language, such as ``pl`` or ``pl_PL``
    :rtype: str
    """
    language = language.split('_')[0]
    if amount < 0 or currency not in RIGHT_WORDS.get(language, ()):
        return ''
    # Whole numbers would be taken for hundredths, and the currency for the euro.
    exact = Decimal(str(amount)).quantize(Decimal('0.01'), ROUND_HALF_UP)
    words = num2words(exact, lang=language, to='currency', currency=currency)
    return words[:1].upper() + words[1:]
