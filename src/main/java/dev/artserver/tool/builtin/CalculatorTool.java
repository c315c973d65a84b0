package dev.artserver.tool.builtin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.artserver.model.Approval;
import dev.artserver.model.ToolSpec;
import dev.artserver.tool.Tool;
import dev.artserver.tool.ToolContext;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Arithmetic for models, which are bad at it: `{expression, scope?}` to `{result}`.
///
/// Functions and semantics are as in mathjs, except that numbers are decimals of 34 digits (0.1
/// + 0.2 is 0.3) and never infinite, not a number, or complex: those are errors. `ans` is the last
///   number this thread got; it is kept in memory for the 10,000 threads used last.
public final class CalculatorTool implements Tool {
  private static final int THREADS_MAX = 10_000;

  private static final String DESCRIPTION =
      """
      Evaluates an arithmetic expression exactly. Operators: + - * / % (modulo) ^ ! and parentheses.
      Functions: sqrt cbrt abs pow exp log (natural, or log(x, base)) log10 log2 sin cos tan asin
      acos atan atan2 (radians) round floor ceil (with optional decimals) mod mean median std
      variance max min (of numbers or a list [1, 2]) factorial gamma combinations permutations
      format(x, digits). Constants: pi e tau phi; ans is the previous result. Examples:
      "2340 * 17 / 100", "sqrt(3^2 + 4^2)", "mean([2, 4, 9])", "a * (1 + r)^10" with
      scope {"a": 1000, "r": 0.05}. Write every *; no units, assignments or thousands separators.
      """;

  private static final String INPUT_SCHEMA =
      """
      {"type": "object",
       "properties": {
         "expression": {
           "type": "string", "minLength": 1, "maxLength": 2000,
           "description": "What to compute, for example 2340 * 17 / 100"},
         "scope": {
           "type": "object", "maxProperties": 100,
           "propertyNames": {"pattern": "^[A-Za-z_][A-Za-z0-9_]{0,63}$"},
           "additionalProperties": {"type": "number"},
           "description": "Values of the names used in the expression"}},
       "required": ["expression"],
       "additionalProperties": false}
      """;

  private final Calculator calculator = new Calculator();
  private final LastResults lastResults = new LastResults(THREADS_MAX);
  private final ToolSpec spec =
      new ToolSpec(
          "calculator",
          DESCRIPTION.replace('\n', ' ').strip(),
          inputSchema(),
          true,
          Approval.NEVER.withModifiableArguments());

  @Override
  public ToolSpec spec() {
    return spec;
  }

  /// @throws CalculatorException when the expression has no value
  @Override
  public JsonNode run(ObjectNode arguments, ToolContext context) throws CalculatorException {
    Optional<BigDecimal> ans = lastResults.before(context.thread(), context.callId());
    Map<String, BigDecimal> variables = new HashMap<>();
    ans.ifPresent(value -> variables.put("ans", value));
    for (Map.Entry<String, JsonNode> entry : arguments.path("scope").properties()) {
      variables.put(entry.getKey(), entry.getValue().decimalValue());
    }
    ObjectNode output = JsonNodeFactory.instance.objectNode();
    switch (calculator.evaluate(arguments.path("expression").asText(), variables)) {
      case Calculator.Value.Decimal(BigDecimal value) -> {
        lastResults.remember(context.thread(), context.callId(), ans, value);
        output.set("result", NumberText.json(value));
      }
      case Calculator.Value.Text(String value) -> output.put("result", value);
    }
    return output;
  }

  private static ObjectNode inputSchema() {
    try {
      return (ObjectNode) new JsonMapper().readTree(INPUT_SCHEMA);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the calculator's own schema is broken", e);
    }
  }
}
