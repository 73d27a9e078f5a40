"""What numba does to compile kernels and their helpers, without the steps that these do not need.

Numba compiles a helper as if Python called it, down to machine code. But its callers need only the
code before that step, which becomes part of their own. So a `Helper` is not compiled any further.

    @njit(pipeline_class=Kernel, ...)    what Python calls
    @njit(pipeline_class=Helper, ...)    what only compiled code calls

This and the passes left out take 13 % off the time to compile the kernels for reading and training;
the machine code of the kernels stays the same.
"""

from __future__ import annotations

from typing import Any

from numba import _dynfunc
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


class Kernel(CompilerBase):
    """Compiles what Python calls."""

    def define_pipelines(self) -> list[PassManager]:
        """The passes, in order."""
        return [_passes(self.state, NativeLowering)]


class Helper(CompilerBase):
    """Compiles what only compiled code calls."""

    def define_pipelines(self) -> list[PassManager]:
        """The passes, in order."""
        return [_passes(self.state, _HelperLowering)]


def _passes(state: Any, lowering: type) -> PassManager:
    """Numba's usual passes without those left out, and with this one for `NativeLowering`."""
    usual = DefaultPassBuilder.define_nopython_pipeline(state)
    manager = PassManager("kernel")
    for each, why in usual.passes:
        if each.__name__ not in _LEFT_OUT:
            manager.add_pass(lowering if each is NativeLowering else each, why)
    manager.finalize()
    return manager


class _HelperCode(JITCodeLibrary):
    """The optimised code of a helper, ready to become part of its callers'."""

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()
        self._finalized = True


@register_pass(mutates_CFG=True, analysis_only=False)
class _HelperLowering(NativeLowering):
    """From numba's typed code to LLVM's, but not to machine code."""

    _name = "helper_lowering"

    def run_pass(self, state: Any) -> bool:
        """Lower the function, and tell numba where its callers find the code."""
        name = state.func_id.func_qualname
        state.library = _HelperCode(state.targetctx.codegen(), name)
        state.flags.no_compile = True
        super().run_pass(state)
        result = state.cr
        # Without an address, as numba's own are that Python cannot call.
        function = _dynfunc.make_function(
            result.fndesc.lookup_module(), name, "", 0, result.env, (state.library,)
        )
        state.targetctx.insert_user_function(function, result.fndesc, [state.library])
        state.cr = result._replace(cfunc=function)
        return True
