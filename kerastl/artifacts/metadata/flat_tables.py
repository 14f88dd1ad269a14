"""FlatBuffers tables, written from dictionaries and read back into dictionaries."""

from __future__ import annotations

from typing import Any, Protocol

from flatbuffers import Builder, encode, number_types, packer, table

from kerastl.artifacts.metadata.counted_bytes import CountedBytes


class Field(Protocol):
    """A field of a table; a union takes two slots."""

    slots: int

    def prepare(self, builder: Builder, value: Any) -> Any:
        """Write the parts outside the table and return the value inside it."""
        ...

    def put(self, builder: Builder, slot: int, prepared: Any) -> None:
        """Write the value inside the table."""
        ...

    def read(self, holder: Any, slot: int) -> Any:
        """Read the value, or return None if the file leaves it out."""
        ...


class Table:
    """A table type.

    Args:
        **fields: Its fields, in the order of the schema; None for a field that is neither written
            nor read. Fields after the last one in use can be left out.
    """

    def __init__(self, **fields: Field | None) -> None:
        self._fields: dict[str, Field] = {}
        self._slots: dict[str, int] = {}
        self._size = 0
        for name, field in fields.items():
            if field is not None:
                self._fields[name], self._slots[name] = field, self._size
            self._size += 1 if field is None else field.slots

    def write(self, builder: Builder, values: dict[str, Any]) -> int:
        """Write a table and return its offset.

        Args:
            builder: The builder to write into.
            values: Values by field name. Other fields keep the schema's default.

        Raises:
            KeyError: If the table has no such field.
        """
        prepared = {
            name: self._fields[name].prepare(builder, value) for name, value in values.items()
        }
        builder.StartObject(self._size)
        for name, value in prepared.items():
            self._fields[name].put(builder, self._slots[name], value)
        return builder.EndObject()

    def read(self, holder: Any) -> dict[str, Any]:
        """Read the fields that a `flatbuffers.table.Table` holds."""
        holder.Bytes.charge(1)
        read = {name: field.read(holder, self._slots[name]) for name, field in self._fields.items()}
        return {name: value for name, value in read.items() if value is not None}


class Number:
    """A number inside the table.

    Args:
        flags: Its type, such as `flatbuffers.number_types.Int8Flags`.
    """

    slots = 1

    def __init__(self, flags: Any) -> None:
        self._flags = flags

    def prepare(self, builder: Builder, value: Any) -> Any:
        """Return the number."""
        return value

    def put(self, builder: Builder, slot: int, prepared: Any) -> None:
        """Write the number."""
        builder.PrependSlot(self._flags, slot, prepared, 0)

    def read(self, holder: Any, slot: int) -> Any:
        """Read the number."""
        place = _place(holder, slot)
        return None if place is None else holder.Get(self._flags, place)


class _Referred:
    """A value outside the table, with a reference inside it."""

    slots = 1

    def put(self, builder: Builder, slot: int, prepared: int) -> None:
        """Write the reference."""
        builder.PrependUOffsetTRelativeSlot(slot, prepared, 0)


class Text(_Referred):
    """A string."""

    def prepare(self, builder: Builder, value: str) -> int:
        """Write the string."""
        return builder.CreateString(value)

    def read(self, holder: Any, slot: int) -> str | None:
        """Read the string."""
        place = _place(holder, slot)
        if place is None:
            return None
        text = holder.String(place)
        holder.Bytes.charge(len(text))
        return text.decode()


class Floats(_Referred):
    """A vector of 32-bit floats."""

    def prepare(self, builder: Builder, value: list[float]) -> int:
        """Write the vector."""
        builder.StartVector(4, len(value), 4)
        for number in reversed(value):
            builder.PrependFloat32(number)
        return builder.EndVector()

    def read(self, holder: Any, slot: int) -> list[float] | None:
        """Read the vector."""
        places = _places(holder, slot)
        if places is None:
            return None
        return [holder.Get(number_types.Float32Flags, place) for place in places]


class One(_Referred):
    """Another table.

    Args:
        kind: Its type.
    """

    def __init__(self, kind: Table) -> None:
        self._kind = kind

    def prepare(self, builder: Builder, value: dict[str, Any]) -> int:
        """Write the other table."""
        return self._kind.write(builder, value)

    def read(self, holder: Any, slot: int) -> dict[str, Any] | None:
        """Read the other table."""
        place = _place(holder, slot)
        if place is None:
            return None
        return self._kind.read(table.Table(holder.Bytes, holder.Indirect(place)))


class Many(One):
    """A vector of other tables."""

    def prepare(self, builder: Builder, value: Any) -> int:
        """Write the tables and the vector."""
        offsets = [self._kind.write(builder, values) for values in value]
        builder.StartVector(4, len(offsets), 4)
        for offset in reversed(offsets):
            builder.PrependUOffsetTRelative(offset)
        return builder.EndVector()

    def read(self, holder: Any, slot: int) -> Any:
        """Read the tables."""
        places = _places(holder, slot)
        if places is None:
            return None
        others = (table.Table(holder.Bytes, holder.Indirect(place)) for place in places)
        return [self._kind.read(other) for other in others]


class Union:
    """One of several table types, given as `{"its type": values}`.

    Args:
        **kinds: The types in the order of the schema; None for a type that is never used here.
    """

    slots = 2

    def __init__(self, **kinds: Table | None) -> None:
        self._kinds = kinds

    def prepare(self, builder: Builder, value: dict[str, Any]) -> tuple[int, int]:
        """Write the table."""
        ((name, values),) = value.items()
        kind = self._kinds[name]
        assert kind is not None, name
        return 1 + list(self._kinds).index(name), kind.write(builder, values)

    def put(self, builder: Builder, slot: int, prepared: tuple[int, int]) -> None:
        """Write the number of the type and the reference."""
        builder.PrependUint8Slot(slot, prepared[0], 0)
        builder.PrependUOffsetTRelativeSlot(slot + 1, prepared[1], 0)

    def read(self, holder: Any, slot: int) -> dict[str, Any] | None:
        """Read the type and, if it is a known one, the table."""
        which, place = _place(holder, slot), _place(holder, slot + 1)
        if which is None or place is None:
            return None
        number = holder.Get(number_types.Uint8Flags, which)
        if not 1 <= number <= len(self._kinds):
            return None
        name, kind = list(self._kinds.items())[number - 1]
        other = table.Table(holder.Bytes, holder.Indirect(place))
        return {name: {} if kind is None else kind.read(other)}


def write_root(kind: Table, values: dict[str, Any], identifier: bytes) -> bytes:
    """Write a whole buffer.

    Args:
        kind: The root's type.
        values: Its values.
        identifier: Four bytes that name the format.
    """
    builder = Builder(1024)
    builder.Finish(kind.write(builder, values), file_identifier=identifier)
    return bytes(builder.Output())


def read_root(kind: Table, content: bytes) -> dict[str, Any]:
    """Read a whole buffer.

    Raises:
        ValueError: If it declares more values than it can hold.
    """
    start = encode.Get(packer.uoffset, content, 0)
    return kind.read(table.Table(CountedBytes(content), start))


def _place(holder: Any, slot: int) -> int | None:
    offset = holder.Offset(4 + 2 * slot)
    return None if offset == 0 else holder.Pos + offset


def _places(holder: Any, slot: int) -> list[int] | None:
    offset = holder.Offset(4 + 2 * slot)
    if offset == 0:
        return None
    start, count = holder.Vector(offset), holder.VectorLen(offset)
    holder.Bytes.charge(count)
    return [start + 4 * number for number in range(count)]
