package dev.artserver.bench.figure;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A curve for each contender as SVG, both axes logarithmic: what grows with what is seen as a
/// slope. Points that are not positive are left out.
///
/// @param title what is shown
/// @param across what grows to the right, with its unit
/// @param curves points of each contender, in the order of the axis
public record Plot(String title, String across, Map<String, List<Point>> curves) {
  private static final int WIDTH = 640;
  private static final int HEIGHT = 400;
  private static final int LEFT = 70;
  private static final int RIGHT = 120;
  private static final int TOP = 40;
  private static final int BOTTOM = 50;
  private static final List<String> COLOURS =
      List.of("#1b6ca8", "#d1495b", "#3c896d", "#8d6a9f", "#d9822b", "#555555");

  /// One measured point.
  public record Point(double x, double y) {
    boolean isShown() {
      return x > 0 && y > 0;
    }
  }

  /// Powers of ten around what is shown.
  private record Axis(int from, int to) {
    static Axis around(double[] values) {
      double min = Double.MAX_VALUE;
      double max = Double.MIN_VALUE;
      for (double value : values) {
        min = Math.min(min, value);
        max = Math.max(max, value);
      }
      int from = (int) Math.floor(Math.log10(min));
      return new Axis(from, Math.max(from + 1, (int) Math.ceil(Math.log10(max))));
    }

    /// 0 at the beginning of the axis, 1 at its end.
    double part(double value) {
      return (Math.log10(value) - from) / (to - from);
    }
  }

  /// The document; without axes when there is no point to show.
  public String svg() {
    List<Point> all = new ArrayList<>();
    curves.values().forEach(curve -> curve.stream().filter(Point::isShown).forEach(all::add));
    StringBuilder out = new StringBuilder(4_096);
    out.append(
        format(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\""
                + " font-family=\"sans-serif\" font-size=\"12\">%n",
            WIDTH, HEIGHT));
    out.append(format("<rect width=\"%d\" height=\"%d\" fill=\"white\"/>%n", WIDTH, HEIGHT));
    text(out, LEFT, TOP - 15, "start", title);
    text(out, (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 10, "middle", across);
    if (!all.isEmpty()) {
      Axis x = Axis.around(all.stream().mapToDouble(Point::x).toArray());
      Axis y = Axis.around(all.stream().mapToDouble(Point::y).toArray());
      axes(out, x, y);
      curves(out, x, y);
    }
    return out.append("</svg>\n").toString();
  }

  private static void axes(StringBuilder out, Axis x, Axis y) {
    for (int power = x.from(); power <= x.to(); power++) {
      double at = left(x, Math.pow(10, power));
      line(out, at, TOP, at, HEIGHT - BOTTOM);
      text(out, at, HEIGHT - BOTTOM + 18, "middle", tick(power));
    }
    for (int power = y.from(); power <= y.to(); power++) {
      double at = top(y, Math.pow(10, power));
      line(out, LEFT, at, WIDTH - RIGHT, at);
      text(out, LEFT - 8, at + 4, "end", tick(power));
    }
  }

  private void curves(StringBuilder out, Axis x, Axis y) {
    int number = 0;
    for (Map.Entry<String, List<Point>> curve : curves.entrySet()) {
      String colour = COLOURS.get(number % COLOURS.size());
      StringBuilder points = new StringBuilder();
      for (Point point : curve.getValue()) {
        if (point.isShown()) {
          double left = left(x, point.x());
          double top = top(y, point.y());
          points.append(format("%.1f,%.1f ", left, top));
          out.append(
              format("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>%n", left, top, colour));
        }
      }
      out.append(
          format(
              "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>%n",
              points.toString().strip(), colour));
      int height = TOP + 18 * number++;
      out.append(
          format(
              "<rect x=\"%d\" y=\"%d\" width=\"10\" height=\"10\" fill=\"%s\"/>%n",
              WIDTH - RIGHT + 12, height, colour));
      text(out, WIDTH - RIGHT + 28, height + 10, "start", curve.getKey());
    }
  }

  private static double left(Axis x, double value) {
    return LEFT + x.part(value) * (WIDTH - LEFT - RIGHT);
  }

  private static double top(Axis y, double value) {
    return HEIGHT - BOTTOM - y.part(value) * (HEIGHT - TOP - BOTTOM);
  }

  private static String tick(int power) {
    return Table.number(Math.pow(10, power));
  }

  private static void line(StringBuilder out, double x1, double y1, double x2, double y2) {
    out.append(
        format(
            "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"#dddddd\"/>%n",
            x1, y1, x2, y2));
  }

  private static void text(StringBuilder out, double x, double y, String anchor, String text) {
    String safe = text.replace("&", "&amp;").replace("<", "&lt;");
    out.append(
        format("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n", x, y, anchor, safe));
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
