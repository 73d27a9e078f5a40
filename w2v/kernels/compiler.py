"""What numba does to compile kernels and their helpers, without the steps that these do not need.

Numba compiles a helper as if Python called it, down to machine code. But its callers need only the
code before that step, which becomes part of their own. So a `Helper` is not compiled any further.

    @njit(pipeline_class=Kernel, ...)    what Python calls
    @njit(pipeline_class=Helper, ...)    what only compiled code calls
    @njit(pipeline_class=Apart, ...)     the same, but no copy of it becomes part of a caller

What is left out, and `_Typing`, take a third off the time to compile the kernels for reading and
training, which are as fast as before.
"""

from __future__ import annotations

from typing import Any, ClassVar

from numba import _dynfunc, types
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import CompilerBase, DefaultPassBuilder
from numba.core.compiler_machinery import PassManager, register_pass
from numba.core.typed_passes import NativeLowering

# Passes for what no kernel contains: `with`, closures, comprehensions, error messages made at run
# time, literal_unroll and expressions of whole arrays. The last two only describe the result.
_LEFT_OUT = {
    "WithLifting",
    "InlineClosureLikes",
    "RewriteDynamicRaises",
    "MakeFunctionToJitFunction",
    "FindLiterallyCalls",
    "LiteralUnroll",
    "LiteralPropagationSubPipelinePass",
    "InlineOverloads",
    "NopythonRewrites",
    "NoPythonSupportedFeatureValidation",
    "AnnotateTypes",
    "DumpParforDiagnostics",
}


class _Typing:
    """Numba's typing context, which remembers what a function returns for arguments of some types.

    Numba tries up to thirty signatures for each `+` in a kernel, several times.
    """

    _known: ClassVar[dict[Any, Any]] = {}

    def __init__(self, context: Any) -> None:
        self._context = context

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context, name)

    def resolve_function_type(self, func: Any, args: Any, kws: Any) -> Any:
        """The signature of a call; None if there is none."""
        if kws or isinstance(func, types.Dispatcher):  # which numba remembers itself
            return self._context.resolve_function_type(func, args, kws)
        key = func, tuple(args)
        if self._known.get(key) is None:
            self._known[key] = self._context.resolve_function_type(func, args, kws)
        return self._known[key]


class _KernelCode(JITCodeLibrary):
    """The code of a kernel."""

    def add_ir_module(self, module: Any) -> None:
        """Add code. That which unpacks Python's arguments, a third of it, need not be fast."""
        for function in module.functions:
            if function.name.startswith("_ZN7cpython") and function.blocks:
                function.attributes.add("noinline")
                function.attributes.add("optnone")
        super().add_ir_module(module)


class _HelperCode(JITCodeLibrary):
    """The code of a helper, ready to become part of its callers' and to be optimised there."""

    def _optimize_final_module(self) -> None:
        pass

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()
        self._finalized = True


class _ApartCode(_HelperCode):
    """The code of a helper that its callers call."""

    def add_ir_module(self, module: Any) -> None:
        """Add code."""
        for function in module.functions:
            if function.blocks:
                function.attributes.add("noinline")
        super().add_ir_module(module)


@register_pass(mutates_CFG=True, analysis_only=False)
class _KernelLowering(NativeLowering):
    """From numba's typed code to machine code."""

    _name = "kernel_lowering"

    def run_pass(self, state: Any) -> bool:
        """Lower the function."""
        library = _KernelCode(state.targetctx.codegen(), state.func_id.func_qualname)
        library.enable_object_caching()  # so that numba can save it
        state["library"] = library
        super().run_pass(state)
        return True


@register_pass(mutates_CFG=True, analysis_only=False)
class _HelperLowering(NativeLowering):
    """From numba's typed code to LLVM's, but not to machine code."""

    _name = "helper_lowering"
    code: type[_HelperCode] = _HelperCode

    def run_pass(self, state: Any) -> bool:
        """Lower the function, and tell numba where its callers find the code."""
        name = state.func_id.func_qualname
        library = state["library"] = self.code(state.targetctx.codegen(), name)
        state.flags.no_compile = True
        super().run_pass(state)
        result = state.cr
        # Without an address, as numba's own are that Python cannot call.
        function = _dynfunc.make_function(
            result.fndesc.lookup_module(), name, "", 0, result.env, (library,)
        )
        state.targetctx.insert_user_function(function, result.fndesc, [library])
        state.cr = result._replace(cfunc=function)
        return True


@register_pass(mutates_CFG=True, analysis_only=False)
class _ApartLowering(_HelperLowering):
    """The same for a helper that its callers call."""

    _name = "apart_lowering"
    code = _ApartCode


class Kernel(CompilerBase):
    """Compiles what Python calls."""

    lowering: type[NativeLowering] = _KernelLowering

    def __init__(self, typingctx: Any, *rest: Any) -> None:
        super().__init__(_Typing(typingctx), *rest)

    def define_pipelines(self) -> list[PassManager]:
        """Numba's usual passes without those left out, and with its own `lowering`."""
        usual = DefaultPassBuilder.define_nopython_pipeline(self.state)
        manager = PassManager("kernel")
        for each, why in usual.passes:
            if each.__name__ not in _LEFT_OUT:
                manager.add_pass(self.lowering if each is NativeLowering else each, why)
        manager.finalize()
        return [manager]


class Helper(Kernel):
    """Compiles what only compiled code calls."""

    lowering = _HelperLowering


class Apart(Helper):
    """Compiles a helper that stays a function of its own."""

    lowering = _ApartLowering
