package dev.artserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.AnyPatternTree;
import com.sun.source.tree.BindingPatternTree;
import com.sun.source.tree.CaseLabelTree;
import com.sun.source.tree.CaseTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.DeconstructionPatternTree;
import com.sun.source.tree.DefaultCaseLabelTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.PatternCaseLabelTree;
import com.sun.source.tree.SwitchExpressionTree;
import com.sun.source.tree.SwitchTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import dev.artserver.model.ThreadEvent;
import dev.artserver.wire.FactJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/// A new event, or a new end of a run, must stop the compiler wherever it matters. So no switch
/// over events has a catch-all, and no code lists the ends of a run: there is `ThreadEvent.RunEnd`.
class SealedEventsTest {
  private static final Path SOURCES = Path.of("src/main/java");

  /// It measures the server from outside, imports nothing of ours and so names ends itself.
  private static final Path BENCH = SOURCES.resolve("dev/artserver/bench");

  /// The words that tables were made with stay as they are; `PostgresSchemaTest` compares them with
  /// the events.
  private static final Path TABLES = SOURCES.resolve("dev/artserver/store/postgres/Schema.java");

  private static final Set<String> EVENTS = names(ThreadEvent.class);
  private static final Set<String> ENDS = names(ThreadEvent.RunEnd.class);
  private static final Set<String> END_WORDS =
      ThreadEvent.kinds(ThreadEvent.RunEnd.class).stream()
          .map(FactJson::type)
          .collect(Collectors.toSet());

  /// Groups are no catch-all: a new event outside of them still stops the compiler.
  private static final Set<String> GROUPS = Set.of("RunEnd", "ChangesDocument");

  private static final Set<String> CATCH_ALLS = Set.of("ThreadEvent", "Object", "var", "Record");

  @Test
  void no_switch_over_events_has_a_catch_all_and_no_code_lists_the_ends_of_a_run() {
    List<String> faults = faultsOf(sources());

    assertThat(faults).isEmpty();
  }

  @Test
  void a_default_a_supertype_and_an_unnamed_pattern_are_catch_alls() {
    String before = "class A { int a(ThreadEvent e) { return switch (e) { case ThreadEvent.";

    assertThat(faultsOf(text(before + "RunEnd _ -> 1; default -> 2; }; } }"))).hasSize(1);
    assertThat(faultsOf(text(before + "RunQueued _ -> 1; case ThreadEvent o -> 2; }; } }")))
        .hasSize(1);
    assertThat(
            faultsOf(
                text(
                    "class A { void a(Fact f) { switch (f) {"
                        + " case Fact(var s, ModelCallEnded(var a, var b)) -> {}"
                        + " case Fact(var s, var e) -> {} } } }")))
        .hasSize(1);
    assertThat(faultsOf(text(before + "RunEnd _ -> 1; case ThreadEvent.RunQueued _ -> 2; }; } }")))
        .isEmpty();
  }

  @Test
  void a_list_of_ends_is_found_in_every_form() {
    String a = "instanceof ThreadEvent.RunCompleted ";
    String b = "|| e instanceof ThreadEvent.RunFailed || e instanceof ThreadEvent.RunCancelled";

    assertThat(faultsOf(text("class A { boolean a(ThreadEvent e) { return e " + a + b + "; } }")))
        .hasSize(1);
    assertThat(
            faultsOf(
                text(
                    "class A { Object a = Set.of(RunCompleted.class, RunFailed.class,"
                        + " RunInterrupted.class); }")))
        .hasSize(1);
    assertThat(
            faultsOf(
                text(
                    "class A { Object a = Set.of(\"run.completed\", \"run.failed\","
                        + " \"run.cancelled\"); }")))
        .hasSize(1);
    assertThat(
            faultsOf(
                text(
                    "class A { int a(ThreadEvent e) { return switch (e) { case RunCompleted _,"
                        + " RunFailed _, RunCancelled _, RunInterrupted _ -> 1;"
                        + " case RunQueued _ -> 2; }; } }")))
        .hasSize(1);
  }

  private static Set<String> names(Class<? extends ThreadEvent> group) {
    return ThreadEvent.kinds(group).stream().map(Class::getSimpleName).collect(Collectors.toSet());
  }

  private static List<JavaFileObject> sources() {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> !file.startsWith(BENCH) && !file.equals(TABLES))
          .sorted()
          .map(SealedEventsTest::source)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JavaFileObject source(Path file) {
    try {
      return new Source(file.toUri(), Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JavaFileObject text(String source) {
    return new Source(URI.create("string:///A.java"), source);
  }

  private static List<String> faultsOf(JavaFileObject source) {
    return faultsOf(List.of(source));
  }

  private static List<String> faultsOf(List<JavaFileObject> sources) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    JavacTask task = (JavacTask) compiler.getTask(null, null, null, null, null, sources);
    List<String> found = new ArrayList<>();
    try {
      for (CompilationUnitTree unit : task.parse()) {
        Faults faults = new Faults(unit.getSourceFile().getName());
        faults.scan(unit, null);
        found.addAll(faults.found);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(URI uri, String text) {
      super(uri, Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  private static final class Faults extends TreeScanner<Void, Void> {
    private final String file;
    private final List<String> found = new ArrayList<>();

    Faults(String file) {
      this.file = file;
    }

    @Override
    public Void visitClass(ClassTree type, Void none) {
      for (Tree member : type.getMembers()) {
        if (member instanceof ClassTree) {
          continue;
        }
        Mentions mentions = new Mentions();
        mentions.scan(member, null);
        if (mentions.ends.size() > 2 || mentions.words.size() > 2) {
          found.add(file + ": lists ends of a run, use RunEnd:\n" + member);
        }
      }
      return super.visitClass(type, null);
    }

    @Override
    public Void visitSwitch(SwitchTree tree, Void none) {
      check(tree, tree.getCases());
      return super.visitSwitch(tree, null);
    }

    @Override
    public Void visitSwitchExpression(SwitchExpressionTree tree, Void none) {
      check(tree, tree.getCases());
      return super.visitSwitchExpression(tree, null);
    }

    private void check(Tree tree, List<? extends CaseTree> cases) {
      Set<String> all = new HashSet<>();
      boolean catchesAll = false;
      for (CaseTree one : cases) {
        Set<String> types = new HashSet<>();
        for (CaseLabelTree label : one.getLabels()) {
          Labels labels = new Labels();
          labels.scan(label, null);
          types.addAll(labels.types);
          boolean open = labels.types.stream().noneMatch(Faults::isOfEvents);
          boolean pattern = label instanceof PatternCaseLabelTree && one.getGuard() == null;
          catchesAll |= label instanceof DefaultCaseLabelTree;
          catchesAll |= pattern && open && labels.types.stream().anyMatch(CATCH_ALLS::contains);
        }
        if (types.containsAll(ENDS)) {
          found.add(file + ": one case lists every end of a run, use RunEnd:\n" + one);
        }
        all.addAll(types);
      }
      if (catchesAll && all.stream().anyMatch(Faults::isOfEvents)) {
        found.add(file + ": a switch over events has a catch-all:\n" + tree);
      }
    }

    private static boolean isOfEvents(String type) {
      return EVENTS.contains(type) || GROUPS.contains(type);
    }
  }

  /// The simple names of the types that a label's patterns match.
  private static final class Labels extends TreeScanner<Void, Void> {
    private final Set<String> types = new HashSet<>();

    @Override
    public Void visitBindingPattern(BindingPatternTree pattern, Void none) {
      VariableTree variable = pattern.getVariable();
      types.add(variable.getType() == null ? "var" : simpleName(variable.getType()));
      return null;
    }

    @Override
    public Void visitDeconstructionPattern(DeconstructionPatternTree pattern, Void none) {
      types.add(simpleName(pattern.getDeconstructor()));
      return scan(pattern.getNestedPatterns(), null);
    }

    @Override
    public Void visitAnyPattern(AnyPatternTree pattern, Void none) {
      types.add("var");
      return null;
    }
  }

  /// The ends of a run that a member names outside of case labels and where it makes them.
  private static final class Mentions extends TreeScanner<Void, Void> {
    private final Set<String> ends = new HashSet<>();
    private final Set<String> words = new HashSet<>();

    @Override
    public Void visitCase(CaseTree tree, Void none) {
      for (CaseLabelTree label : tree.getLabels()) {
        if (!(label instanceof PatternCaseLabelTree)) {
          scan(label, null);
        }
      }
      scan(tree.getStatements(), null);
      return scan(tree.getBody(), null);
    }

    @Override
    public Void visitNewClass(NewClassTree tree, Void none) {
      return scan(tree.getArguments(), null);
    }

    @Override
    public Void visitIdentifier(IdentifierTree tree, Void none) {
      add(tree.getName().toString());
      return null;
    }

    @Override
    public Void visitMemberSelect(MemberSelectTree tree, Void none) {
      add(tree.getIdentifier().toString());
      return super.visitMemberSelect(tree, null);
    }

    @Override
    public Void visitLiteral(LiteralTree tree, Void none) {
      if (tree.getValue() instanceof String text) {
        END_WORDS.stream().filter(text::contains).forEach(words::add);
      }
      return null;
    }

    private void add(String name) {
      if (ENDS.contains(name)) {
        ends.add(name);
      }
    }
  }

  private static String simpleName(Tree type) {
    return type instanceof MemberSelectTree select
        ? select.getIdentifier().toString()
        : type.toString();
  }
}
