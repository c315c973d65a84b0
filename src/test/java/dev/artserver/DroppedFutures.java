package dev.artserver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.attribute.SourceFileAttribute;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LineNumber;
import java.lang.classfile.instruction.StackInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Finds calls whose `io.vertx.core.Future` is dropped, so that its failure goes unseen. Error
/// Prone's `FutureReturnValueIgnored` knows only `java.util.concurrent.Future`.
///
/// A future counts as dropped when the call's result is popped from the stack, or when a method
/// reference that returns one stands where nothing is returned. `onComplete`, `onFailure` and
/// `andThen` see the failure, so dropping what they return is fine; `onSuccess` does not.
final class DroppedFutures {
  private static final ClassDesc FUTURE = ClassDesc.of("io.vertx.core.Future");
  private static final ClassDesc THROWING =
      ClassDesc.of("org.assertj.core.api.ThrowableAssert$ThrowingCallable");
  private static final Set<String> SEES_THE_FAILURE = Set.of("onComplete", "onFailure", "andThen");

  private DroppedFutures() {}

  /// Every place below a directory of class files, as `Class.java:line calls Owner.method`.
  static List<String> below(Path classes) {
    try (Stream<Path> files = Files.walk(classes)) {
      return files
          .filter(file -> file.toString().endsWith(".class"))
          .sorted()
          .flatMap(file -> in(file).stream())
          .distinct()
          .toList();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static List<String> in(Path file) throws UncheckedIOException {
    try {
      ClassModel model = ClassFile.of().parse(file);
      List<String> places = new ArrayList<>();
      Set<String> expectedToThrow = expectedToThrow(model);
      for (MethodModel method : model.methods()) {
        if (!expectedToThrow.contains(method.methodName().stringValue())) {
          scan(model, method, places);
        }
      }
      return places;
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /// Lambdas for `assertThatThrownBy`: they give no future if the test is green.
  private static Set<String> expectedToThrow(ClassModel model) {
    Set<String> names = new HashSet<>();
    for (MethodModel method : model.methods()) {
      for (CodeElement element : method.code().map(code -> code.elementList()).orElse(List.of())) {
        if (element instanceof InvokeDynamicInstruction made
            && made.typeSymbol().returnType().equals(THROWING)) {
          target(made).ifPresent(handle -> names.add(handle.methodName()));
        }
      }
    }
    return names;
  }

  private static Optional<DirectMethodHandleDesc> target(InvokeDynamicInstruction made) {
    return made.bootstrapArgs().stream()
        .filter(DirectMethodHandleDesc.class::isInstance)
        .map(DirectMethodHandleDesc.class::cast)
        .findFirst();
  }

  private static void scan(ClassModel model, MethodModel method, List<String> places) {
    int line = 0;
    Optional<String> pending = Optional.empty();
    for (CodeElement element : method.code().map(code -> code.elementList()).orElse(List.of())) {
      switch (element) {
        case LineNumber number -> line = number.line();
        case InvokeInstruction call -> pending = droppable(call);
        case InvokeDynamicInstruction made -> {
          pending = Optional.empty();
          int at = line;
          droppedByReference(made).ifPresent(what -> places.add(place(model, at, what)));
        }
        case StackInstruction stack when stack.opcode() == Opcode.POP -> {
          int at = line;
          pending.ifPresent(what -> places.add(place(model, at, what)));
          pending = Optional.empty();
        }
        case java.lang.classfile.Instruction other -> pending = Optional.empty();
        default -> {}
      }
    }
  }

  private static Optional<String> droppable(InvokeInstruction call) {
    String method = call.name().stringValue();
    return call.typeSymbol().returnType().equals(FUTURE) && !SEES_THE_FAILURE.contains(method)
        ? Optional.of(call.owner().name().stringValue().replaceAll(".*/", "") + "." + method)
        : Optional.empty();
  }

  private static Optional<String> droppedByReference(InvokeDynamicInstruction made) {
    @Nullable DirectMethodHandleDesc target = null;
    @Nullable MethodTypeDesc wanted = null;
    for (ConstantDesc argument : made.bootstrapArgs()) {
      switch (argument) {
        case DirectMethodHandleDesc handle -> target = handle;
        case MethodTypeDesc type -> wanted = type;
        default -> {}
      }
    }
    return target != null
            && wanted != null
            && wanted.returnType().equals(ConstantDescs.CD_void)
            && target.invocationType().returnType().equals(FUTURE)
            && !SEES_THE_FAILURE.contains(target.methodName())
        ? Optional.of(target.owner().displayName() + "::" + target.methodName())
        : Optional.empty();
  }

  private static String place(ClassModel model, int line, String what) {
    String room = model.thisClass().asSymbol().packageName();
    String file =
        model
            .findAttribute(Attributes.sourceFile())
            .map(SourceFileAttribute::sourceFile)
            .map(name -> name.stringValue())
            .orElse("?");
    return room + " " + file + ":" + line + " drops the future of " + what;
  }
}
