"""Reads a form as parts that a person can arrange, and writes what was arranged as specifications of an inherited view.

A part has a key, such as ``field:amount`` or ``group:parties``, that is made of names and so outlives updates of the
form. Changes are made one after the other; each finds its parts in the form as it then is.
"""

import copy
import re
from collections import Counter
from dataclasses import dataclass, field

from lxml import etree

ALWAYS = ('1', 'True', 'true')
# Parts that stay where they are: stages, buttons, warnings, ribbons and the chatter are how Dealflow guides its users.
FIXED_TAGS = {'button', 'widget', 'header', 'footer', 'chatter', 'separator', 'newline', 'script', 'style'}
FIXED_CLASSES = {'oe_button_box', 'alert', 'oe_chatter'}
SIMPLE = re.compile(r"^//(field|group|page|label|div)\[@(name|for)='([^']+)'\]$")
NEW_PREFIX = 'dealflow_own_'


class CardError(ValueError):
    """A change that does not fit the card; ``code`` says why, ``details`` what it is about."""

    def __init__(self, code, **details):
        super().__init__(code)
        self.code = code
        self.details = details


@dataclass
class FieldInfo:
    """What has to be known about a field of the model."""

    label: str
    # The server wants a value and has none of its own.
    is_needed: bool = False
    # A table: it takes the width of a page.
    is_wide: bool = False
    # Attributes of its node when it is added.
    attributes: dict = field(default_factory=dict)
    # A field that its widget reads, such as the name of a file; it is added unseen.
    companion: str = ''


@dataclass
class Part:
    """A part of the card: one node, or the label of a field together with what it is the label of."""

    key: str
    kind: str
    nodes: list
    # The node of the field that the part shows, if it shows one.
    field_node: object = None

    @property
    def node(self):
        return self.nodes[0]


class CardArch:
    """The architecture of a form while it is arranged.

    :param arch: the root element of the form as shipped; it is copied
    :param dict[str, FieldInfo] infos: the fields of the model by name
    """

    def __init__(self, arch, infos):
        self.arch = copy.deepcopy(arch)
        self.infos = infos
        self.specs = []
        # What decides whether a field has to be filled in where it is not shown: written last, see _settle_required.
        self.required = []
        self.hidden = {}
        self.parts = {}
        self.part_of = {}
        self.root = self.arch.find('.//sheet')
        if self.root is None:
            self.root = self.arch
        self._read()

    # Reading

    def _read(self):
        found = []
        self._collect(self.root, found)
        bases = Counter(self._get_base_key(part) for part in found)
        keys = Counter()
        for part in found:
            key = self._get_base_key(part)
            if bases[key] > 1:
                key = f'{key}@{self._get_place_name(part.node)}'
            keys[key] += 1
            if keys[key] > 1:
                key = f'{key}#{keys[key]}'
            part.key = key
            self._keep(part)
        self._keep(Part('sheet', 'sheet', [self.root]))

    def _keep(self, part):
        self.parts[part.key] = part
        for node in part.nodes:
            self.part_of[node] = part

    def _collect(self, node, found):
        taken = set()
        for child in elements(node):
            if child in taken or is_fixed(child):
                continue
            follower = next(iter(elements_after(child)), None)
            if child.tag == 'label' and node.tag == 'group' and child.get('for') and follower is not None:
                # The label of a field and what it stands before are one part for a person.
                taken.add(follower)
                name = child.get('for')
                shown = next((one for one in fields_in(follower) if name in (one.get('id'), one.get('name'))), None)
                found.append(Part('', 'pair', [child, follower], shown))
            elif child.tag in ('group', 'notebook', 'page'):
                found.append(Part('', child.tag, [child]))
                self._collect(child, found)
            elif child.tag == 'field':
                found.append(Part('', 'field', [child], child))
            elif inner := [one for one in fields_in(child) if not is_fixed(one)]:
                found.append(Part('', 'block', [child]))
                found += [Part('', 'field', [one], one) for one in inner]

    def _get_base_key(self, part):
        return f'{part.kind}:{get_ident(part.node)}'

    def _get_place_name(self, node):
        for ancestor in node.iterancestors():
            if ancestor is self.root:
                break
            if part := self.part_of.get(ancestor):
                return part.key.partition(':')[2]
        return 'sheet'

    # Showing

    def get_tree(self):
        """Return the parts as they now stand: dictionaries with the key ``children``."""
        return self._show(self.parts['sheet'])

    def _show(self, part):
        return {'part': part, 'children': [self._show(child) for child in self._get_children(part)]}

    def _get_children(self, part):
        if part.kind in ('field', 'pair'):
            return []
        if part.kind == 'block':
            return [self.part_of[one] for one in fields_in(part.node) if one in self.part_of]
        return [
            self.part_of[child]
            for child in elements(part.node)
            if child in self.part_of and self.part_of[child].node is child
        ]

    def is_column(self, part):
        """Return whether fields can be put into a part: a group without groups of its own, or with fields beside."""
        if part.kind != 'group':
            return False
        kinds = {child.kind for child in self._get_children(part)}
        return 'group' not in kinds or bool(kinds & {'field', 'pair'})

    def can_hold(self, place, part):
        """Return whether a part can be put into another."""
        if part.kind == 'page':
            return place.kind == 'notebook'
        if part.kind in ('group', 'block'):
            return place.kind in ('sheet', 'page') or (place.kind == 'group' and part.kind == 'group')
        if part.kind == 'notebook':
            return place.kind == 'sheet'
        is_wide = part.field_node is not None and self._get_info(part.field_node.get('name')).is_wide
        return self.is_column(place) or (is_wide and place.kind in ('page', 'sheet'))

    def get_label(self, part):
        """Return the words that a person knows a part by."""
        if part.kind == 'sheet':
            return ''
        if text := part.node.get('string'):
            return text
        if part.field_node is not None:
            name = part.field_node.get('name')
            return part.field_node.get('string') or self._get_info(name).label
        names = list(dict.fromkeys(one.get('name') for one in fields_in(part.node) if not is_fixed(one)))
        labels = [self._get_info(name).label for name in names[:3]]
        return ', '.join(labels) + ('…' if len(names) > 3 else '')

    def get_needed_labels(self, part):
        """Return the labels of the fields in a part without which the server refuses a record."""
        names = dict.fromkeys(one.get('name') for node in part.nodes for one in fields_in(node))
        return [
            self.infos[name].label
            for name in names
            if name in self.infos and self.infos[name].is_needed and not self._is_elsewhere(name, part)
        ]

    def _is_elsewhere(self, name, part):
        """Return whether a field is shown by another part as well, to everybody and always."""
        inside = {node for top in part.nodes for node in top.iter()}
        for node in fields_in(self.arch):
            if node.get('name') != name or node in inside:
                continue
            line = [node, *node.iterancestors()]
            if not any(one.get('invisible') or one.get('groups') for one in line):
                return True
        return False

    def _get_info(self, name):
        return self.infos.get(name) or FieldInfo(name or '')

    # Arranging

    def _find(self, key, code='no_part'):
        part = self.parts.get(key)
        if part is None:
            raise CardError(code, key=key)
        return part

    def move(self, key, place_key, after_key=None):
        """Put a part behind another one of a place, or first in it; if the other is gone, last in it."""
        part = self._find(key)
        place = self._find(place_key, 'no_place')
        if part.kind == 'sheet' or not self.can_hold(place, part):
            raise CardError('not_a_place', part=self.get_label(part), place=self.get_label(place))
        if any(node is place.node or node in place.node.iterancestors() for node in part.nodes):
            raise CardError('inside_itself', part=self.get_label(part))
        anchor, position = self._get_anchor(place, after_key, part)
        spec = self._make_spec(anchor, position)
        for node in part.nodes:
            spec.append(self._make_spec(node, 'move'))
        for node in part.nodes:
            take_out(node)
        put(anchor, position, part.nodes)
        self.specs.append(spec)

    def _get_anchor(self, place, after_key, part=None):
        children = [child for child in self._get_children(place) if child is not part]
        if not children:
            return place.node, 'inside'
        if not after_key:
            return children[0].node, 'before'
        after = next((child for child in children if child.key == after_key), None)
        return (after.nodes[-1], 'after') if after else (children[-1].nodes[-1], 'after')

    def add_field(self, name, place_key, after_key=None):
        """Add a field of the model that the card does not show."""
        if name not in self.infos:
            raise CardError('no_field', name=name)
        key = f'field:{name}'
        if any(other == key or other.startswith(f'{key}@') for other in self.parts):
            raise CardError('on_card', part=self.infos[name].label)
        node = etree.Element('field', name=name, **self.infos[name].attributes)
        part = Part(key, 'field', [node], node)
        self._add(part, place_key, after_key)

    def add_page(self, name, label, notebook_key=None, after_key=None):
        """Add a page with two columns; without pages so far, the card gets a notebook."""
        page = etree.Element('page', name=f'{NEW_PREFIX}{name}', string=label)
        outer = etree.SubElement(page, 'group', name=f'{NEW_PREFIX}{name}_columns')
        left = etree.SubElement(outer, 'group', name=f'{NEW_PREFIX}{name}_left')
        right = etree.SubElement(outer, 'group', name=f'{NEW_PREFIX}{name}_right')
        notebooks = [part.key for part in self.parts.values() if part.kind == 'notebook']
        part = Part(f'page:{NEW_PREFIX}{name}', 'page', [page])
        if notebook_key or notebooks:
            self._add(part, notebook_key or notebooks[0], after_key)
        else:
            notebook = etree.Element('notebook', name=f'{NEW_PREFIX}notebook')
            notebook.append(page)
            self._add(Part(f'notebook:{NEW_PREFIX}notebook', 'notebook', [notebook]), 'sheet', None, is_last=True)
            self._keep(part)
        for node in (outer, left, right):
            self._keep(Part(f'group:{node.get("name")}', 'group', [node]))

    def add_group(self, name, label, place_key, after_key=None):
        """Add a group of fields, with a heading or without."""
        node = etree.Element('group', name=f'{NEW_PREFIX}{name}')
        if label:
            node.set('string', label)
        self._add(Part(f'group:{NEW_PREFIX}{name}', 'group', [node]), place_key, after_key)

    def _add(self, part, place_key, after_key, is_last=False):
        if part.key in self.parts:
            raise CardError('on_card', part=self.get_label(part))
        place = self._find(place_key, 'no_place')
        if not self.can_hold(place, part):
            raise CardError('not_a_place', part=self.get_label(part), place=self.get_label(place))
        if is_last and (children := self._get_children(place)):
            after_key = children[-1].key
        anchor, position = self._get_anchor(place, after_key)
        spec = self._make_spec(anchor, position)
        nodes = list(part.nodes)
        if part.kind == 'field' and (companion := self._get_info(part.node.get('name')).companion):
            nodes.append(etree.Element('field', name=companion, invisible='1'))
        spec.extend(copy.deepcopy(node) for node in nodes)
        put(anchor, position, nodes)
        self.specs.append(spec)
        self._keep(part)

    def rename(self, key, label):
        """Give a part another label."""
        part = self._find(key)
        if not self.can_rename(part):
            raise CardError('no_label', part=self.get_label(part))
        self._set(part.node, 'string', label)

    def can_rename(self, part):
        return part.kind in ('group', 'page', 'pair') or (part.kind == 'field' and part.node.getparent().tag == 'group')

    def hide(self, key, condition=None):
        """Hide a part, always or where a condition holds."""
        part = self._find(key)
        self._check_not_needed(part)
        for node in part.nodes:
            self._set(node, 'invisible', '1', condition)
            self.hidden.setdefault(node, []).append(condition)

    def require(self, key, condition=None):
        """Make a field required in the form, always or where a condition holds."""
        self.required.append((self._get_field_node(key), condition))

    def lock(self, key, condition=None):
        """Make a field read-only in the form, always or where a condition holds."""
        part = self._find(key)
        node = self._get_field_node(key)
        if not condition:
            self._check_not_needed(part)
        self._set(node, 'readonly', '1', condition)

    def restrict(self, key, groups):
        """Show a part to some groups of users only."""
        part = self._find(key)
        if not groups:
            raise CardError('no_groups', part=self.get_label(part))
        self._check_not_needed(part)
        if any(node.get('groups') for node in part.nodes):
            raise CardError('has_groups', part=self.get_label(part))
        for node in part.nodes:
            self._set(node, 'groups', ','.join(groups))

    def _get_field_node(self, key):
        part = self._find(key)
        if part.field_node is None:
            raise CardError('not_a_field', part=self.get_label(part))
        return part.field_node

    def _check_not_needed(self, part):
        if part.kind in ('sheet', 'notebook'):
            raise CardError('not_a_part', part=self.get_label(part))
        if labels := self.get_needed_labels(part):
            raise CardError('needed', part=self.get_label(part), fields=', '.join(labels))

    # Writing

    def get_arch(self):
        """Return the architecture of the inherited view, or nothing if nothing was arranged."""
        self._settle_required()
        if not self.specs:
            return ''
        data = etree.Element('data')
        data.extend(copy.deepcopy(spec) for spec in self.specs)
        etree.indent(data, '    ')
        return etree.tostring(data, encoding='unicode')

    def _settle_required(self):
        """Write which fields are required: never one in a part that is hidden, for nobody could fill it in.

        The browser leaves out required fields that are hidden themselves, not those in a hidden group, page or block.
        """
        for node in fields_in(self.root):
            hidden = [condition for top in node.iterancestors() for condition in self.hidden.get(top, ())]
            shipped = node.get('required')
            if not shipped or not hidden:
                continue
            if not all(hidden):
                self._set(node, 'required', 'False')
                continue
            for condition in hidden:
                spec = self._make_spec(node, 'attributes')
                if shipped in ALWAYS:
                    etree.SubElement(spec, 'attribute', name='required').text = f'not ({condition})'
                    shipped = f'not ({condition})'
                else:
                    etree.SubElement(spec, 'attribute', name='required', add=f'not ({condition})', separator=' and ')
                    shipped = f'({shipped}) and (not ({condition}))'
                node.set('required', shipped)
                self.specs.append(spec)
        required, self.required, self.hidden = self.required, [], {}
        for node, condition in required:
            unseen = [top.get('invisible') for top in node.iterancestors() if top.get('invisible')]
            if not any(one in ALWAYS for one in unseen):
                terms = [f'not ({one})' for one in unseen]
                if condition:
                    terms.insert(0, f'({condition})' if unseen else condition)
                self._set(node, 'required', '1', ' and '.join(terms))

    def _set(self, node, attribute, value, condition=None):
        spec = self._make_spec(node, 'attributes')
        if condition and node.get(attribute) not in ALWAYS:
            etree.SubElement(spec, 'attribute', name=attribute, add=condition, separator=' or ')
            shipped = node.get(attribute)
            node.set(attribute, f'({shipped}) or ({condition})' if shipped else condition)
        else:
            etree.SubElement(spec, 'attribute', name=attribute).text = value
            node.set(attribute, value)
        self.specs.append(spec)

    def _make_spec(self, node, position):
        expression = self._locate(node)
        if simple := SIMPLE.match(expression):
            tag, attribute, name = simple.groups()
            return etree.Element(tag, {attribute: name, 'position': position})
        return etree.Element('xpath', expr=expression, position=position)

    def _locate(self, node, by_names=False):
        """Return the shortest expression that finds a node first, by names where there are any.

        :param bool by_names: do not fall back on what the node contains, or on its number
        """
        for expression in self._get_expressions(node, by_names):
            found = self.arch.xpath(expression)
            if found and found[0] is node:
                return expression
        raise CardError('no_part', key=get_ident(node))

    def _get_expressions(self, node, by_names):
        if node is self.root and node.tag in ('sheet', 'form'):
            yield f'//{node.tag}'
        steps = [
            f"{node.tag}[@{attribute}='{node.get(attribute)}']"
            for attribute in ('name', 'for', 'id')
            if node.get(attribute) and "'" not in node.get(attribute)
        ]
        for step in steps:
            yield f'//{step}'
        for ancestor in node.iterancestors():
            if ancestor.get('name') and "'" not in ancestor.get('name') and ancestor.tag != 'field':
                for step in steps:
                    yield f"//{ancestor.tag}[@name='{ancestor.get('name')}']//{step}"
        if by_names:
            return
        for inner in fields_in(node) if node.tag != 'field' else ():
            depth = next(number for number, one in enumerate(inner.iterancestors(), 1) if one is node)
            try:
                yield self._locate(inner, by_names=True) + '/..' * depth
            except CardError:
                continue
        if node.getparent() is not None:
            alike = [one for one in elements(node.getparent()) if one.tag == node.tag]
            step = f'{node.tag}[{alike.index(node) + 1}]'
            yield f'//{step}' if node.getparent() is self.arch else f'{self._locate(node.getparent())}/{step}'


def elements(node):
    """Return the children of a node without comments."""
    return [child for child in node if isinstance(child.tag, str)]


def elements_after(node):
    return (one for one in node.itersiblings() if isinstance(one.tag, str))


def fields_in(node):
    """Yield the fields of the form in a node, itself included, not those of lists within."""
    if node.tag == 'field':
        yield node
        return
    for child in elements(node):
        yield from fields_in(child)


def is_fixed(node):
    """Return whether a node is no part: it is never shown, or has to stay where it is."""
    return (
        node.get('invisible') in ALWAYS
        or node.tag in FIXED_TAGS
        or bool(FIXED_CLASSES & set((node.get('class') or '').split()))
        or node.get('widget') == 'statusbar'
    )


def get_ident(node):
    if name := node.get('name') or node.get('for'):
        return name
    inner = next(fields_in(node), None)
    return '~' + (inner.get('name') if inner is not None else node.tag)


def take_out(node):
    """Remove a node from its parent; the text behind it stays."""
    parent, tail = node.getparent(), node.tail
    if tail and tail.strip():
        previous = node.getprevious()
        if previous is not None:
            previous.tail = (previous.tail or '') + tail
        else:
            parent.text = (parent.text or '') + tail
    node.tail = None
    parent.remove(node)


def put(anchor, position, nodes):
    """Insert nodes as an inherited view would."""
    if position == 'inside':
        anchor.extend(nodes)
        return
    parent = anchor.getparent()
    place = parent.index(anchor) + (position == 'after')
    for offset, node in enumerate(nodes):
        parent.insert(place + offset, node)


def get_missing_names(spec, names, find_names):
    """Return the fields that a specification needs and that are not among the names.

    :param find_names: a function that returns the names in an expression
    """
    missing = {
        node.get('name')
        for node in spec.iter('field')
        if not node.get('position') and node.getparent() is not None and node.get('name') not in names
    }
    for node in spec.iter('attribute'):
        if node.get('name') in ('invisible', 'required', 'readonly') and node.get('add'):
            missing |= {name for name in find_names(node.get('add')) if name.partition('.')[0] not in names}
    return missing
