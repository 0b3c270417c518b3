"""scripts/pictures: which file shows which screen, at which size."""

import struct

import pytest

from frame import pictures

BY_HAND = {'probable-groups'}


def get_size(path):
    """Return the width and height in the header of a PNG file."""
    return struct.unpack('>II', path.read_bytes()[16:24])


@pytest.mark.parametrize('picture', pictures.PICTURES + pictures.PAPERS, ids=lambda picture: picture.name)
def test_files_have_the_size_of_their_screen(picture):
    path = pictures.FOLDER / f'{picture.name}.png'
    assert get_size(path) == picture.size
    if picture in pictures.PICTURES and picture.shop:
        assert (pictures.SHOP / f'{picture.shop}.png').read_bytes() == path.read_bytes()


def test_every_picture_can_be_taken_anew():
    names = [picture.name for picture in pictures.PICTURES + pictures.PAPERS]
    assert len(names) == len(set(names))
    assert {path.stem for path in pictures.FOLDER.glob('*.png')} - BY_HAND == set(names)
    assert {path.stem for path in pictures.SHOP.glob('*.png')} - {'icon'} == {
        picture.shop for picture in pictures.PICTURES if picture.shop
    }


def test_main_screens_are_shown_on_a_phone():
    on_phone = {picture.name for picture in pictures.PICTURES if picture.size == pictures.PHONE}
    assert on_phone >= {'workplace-phone', 'deal-phone', 'partner-card-phone', 'receipts-plan-phone', 'log-call-phone'}
