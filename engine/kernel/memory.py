"""How compiled code reaches the state's arrays: one pointer to a table of addresses, and no reference counts.

A numba array in a tuple is counted at every call that passes it; with thirty of them and sixty calls a request that costs
fifty times the simulation itself. Here `w` is a single pointer, `w.slots[i]` a record at an address, `w.keys[i]` a number.
The arrays' owner keeps them alive and makes a new table whenever one of them moves. Without numba nothing of this is used:
`w` is then the tuple of lists itself, and the same source works on it.
"""

import operator

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, models, overload, overload_attribute, register_model
from numba.np.numpy_support import from_dtype

from engine.kernel.state import DTYPES, Arrays

NUMBERS = (
    {name: types.int64 for name in Arrays._fields if name not in DTYPES}
    | dict.fromkeys(("region_shares", "cohort_shares", "popularity", "rates", "slopes", "function_shares"), types.float64)
    | {"guide": types.int32}
)


class StateType(types.Type):
    """The state: a pointer to pairs of address and length."""

    def __init__(self):
        super().__init__(name="KernelState")


class TableType(types.Type):
    """An array of records (or of numbers) at an address."""

    def __init__(self, element):
        self.element = element
        super().__init__(name=f"KernelTable({element})")


register_model(StateType)(models.OpaqueModel)


@register_model(TableType)
class TableModel(models.StructModel):
    def __init__(self, dmm, fe_type):
        super().__init__(dmm, fe_type, [("address", types.intp), ("length", types.intp)])


STATE = StateType()
TABLES = {name: TableType(from_dtype(DTYPES[name]) if name in DTYPES else NUMBERS[name]) for name in Arrays._fields}


@intrinsic
def state_at(typing_context, table):
    """The state whose address table this is."""

    def generate(context, builder, signature, arguments):
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        return builder.bitcast(array.data, ir.IntType(8).as_pointer())

    return STATE(table), generate


def _attribute(name: str, position: int) -> None:
    """Teach numba `w.<name>`."""
    table_type = TABLES[name]

    @intrinsic
    def load(typing_context, state):
        def generate(context, builder, signature, arguments):
            word = ir.IntType(64)
            words = builder.bitcast(arguments[0], word.as_pointer())
            table = cgutils.create_struct_proxy(table_type)(context, builder)
            for offset, member in enumerate(("address", "length")):
                value = builder.load(builder.gep(words, [ir.Constant(word, 2 * position + offset)]))
                value.set_metadata("invariant.load", builder.module.add_metadata([]))
                setattr(table, member, value)
            return table._getvalue()

        return table_type(state), generate

    overload_attribute(StateType, name, inline="never")(lambda w: lambda w: load(w))


for _position, _name in enumerate(Arrays._fields):
    _attribute(_name, _position)


def _pointer(context, builder, table_type, table, index):
    """Address of an element, as a pointer."""
    proxy = cgutils.create_struct_proxy(table_type)(context, builder, value=table)
    element = table_type.element
    data_type = context.get_data_type(element)
    if isinstance(element, types.Record):
        data_type = data_type.pointee if hasattr(data_type, "pointee") else ir.ArrayType(ir.IntType(8), element.size)
        offset = builder.mul(index, ir.Constant(index.type, element.size))
        return builder.inttoptr(builder.add(proxy.address, offset), data_type.as_pointer())
    return builder.gep(builder.inttoptr(proxy.address, data_type.as_pointer()), [index])


@intrinsic
def _element(typing_context, table, index):
    def generate(context, builder, signature, arguments):
        pointer = _pointer(context, builder, table, *arguments)
        return pointer if isinstance(table.element, types.Record) else builder.load(pointer)

    return table.element(table, types.intp), generate


@intrinsic
def _set_number(typing_context, table, index, value):
    def generate(context, builder, signature, arguments):
        builder.store(arguments[2], _pointer(context, builder, table, *arguments[:2]))
        return context.get_dummy_value()

    return types.void(table, types.intp, table.element), generate


@intrinsic
def _set_record(typing_context, table, index, record):
    def generate(context, builder, signature, arguments):
        pointer = _pointer(context, builder, table, *arguments[:2])
        cgutils.raw_memcpy(builder, pointer, arguments[2], ir.Constant(ir.IntType(64), 1), table.element.size)
        return context.get_dummy_value()

    return types.void(table, types.intp, record), generate


@overload(operator.getitem)
def _getitem(table, index):
    if isinstance(table, TableType):
        return lambda table, index: _element(table, index)
    return None


@overload(operator.setitem)
def _setitem(table, index, value):
    if isinstance(table, TableType):
        if isinstance(table.element, types.Record):
            return lambda table, index, value: _set_record(table, index, value)
        return lambda table, index, value: _set_number(table, index, value)
    return None


@intrinsic
def _length(typing_context, table):
    def generate(context, builder, signature, arguments):
        return cgutils.create_struct_proxy(table)(context, builder, value=arguments[0]).length

    return types.intp(table), generate


@overload(len)
def _len(table):
    if isinstance(table, TableType):
        return lambda table: _length(table)
    return None
