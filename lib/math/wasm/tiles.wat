;; Dense algebra over strips of 4 × 4 tiles, two numbers at a time. `deno task kernels` compiles it to lib/math/tile_code.ts.
;;
;; A strip holds four rows of a matrix: 4 × 4 tiles of 128 bytes one after the other, each column by column, so that the four
;; numbers of a column of the strip are 32 bytes together and a product walks through two strips without a gap. Strip r of
;; a matrix at `a` begins at a + r · step; its tile k lies 128 k bytes further. Products and sums are rounded one by one (no fused
;; multiply-add) and sums run over ascending k, so the bits are those of lib/math/tile_reference.ts on every machine.
(module
  ;; At least a page: no load's offset can then be outside of it, and bounds are checked once for each load, not twice.
  (import "tiles" "memory" (memory 1))

  ;; Tile at c ← [its value if $add] + α Σ_k p_k q_kᵀ over the columns p_k of a strip from p, q_k of another from q, two columns
  ;; in a turn. Two numbers of p are multiplied by two of q and by the same two turned about, so that sums 0 and 1 (2 and 3)
  ;; have every other number of the other's column: of x0 = (c₀₀, c₁₁), x1 = (c₀₁, c₁₀). They change places at the end. One load of two numbers
  ;; is less than two of which each fills a vector: where the runtime checks the bounds of every load, that is what counts.
  (func $product
    (param $c i32) (param $p i32) (param $q i32) (param $tiles i32) (param $alpha f64) (param $add i32)
    (local $end i32) (local $x v128) (local $y v128) (local $s v128)
    (local $x0 v128) (local $y0 v128) (local $x1 v128) (local $y1 v128)
    (local $x2 v128) (local $y2 v128) (local $x3 v128) (local $y3 v128)
    (local.set $end (i32.add (local.get $p) (i32.shl (local.get $tiles) (i32.const 7))))
    (if (local.get $tiles) (then (loop $column
      (local.set $x (v128.load offset=0 (local.get $p)))
      (local.set $y (v128.load offset=16 (local.get $p)))
      (local.set $s (v128.load offset=0 (local.get $q)))
      (local.set $x0 (f64x2.add (local.get $x0) (f64x2.mul (local.get $x) (local.get $s))))
      (local.set $y0 (f64x2.add (local.get $y0) (f64x2.mul (local.get $y) (local.get $s))))
      (local.set $s (i8x16.shuffle 8 9 10 11 12 13 14 15 0 1 2 3 4 5 6 7 (local.get $s) (local.get $s)))
      (local.set $x1 (f64x2.add (local.get $x1) (f64x2.mul (local.get $x) (local.get $s))))
      (local.set $y1 (f64x2.add (local.get $y1) (f64x2.mul (local.get $y) (local.get $s))))
      (local.set $s (v128.load offset=16 (local.get $q)))
      (local.set $x2 (f64x2.add (local.get $x2) (f64x2.mul (local.get $x) (local.get $s))))
      (local.set $y2 (f64x2.add (local.get $y2) (f64x2.mul (local.get $y) (local.get $s))))
      (local.set $s (i8x16.shuffle 8 9 10 11 12 13 14 15 0 1 2 3 4 5 6 7 (local.get $s) (local.get $s)))
      (local.set $x3 (f64x2.add (local.get $x3) (f64x2.mul (local.get $x) (local.get $s))))
      (local.set $y3 (f64x2.add (local.get $y3) (f64x2.mul (local.get $y) (local.get $s))))
      (local.set $x (v128.load offset=32 (local.get $p)))
      (local.set $y (v128.load offset=48 (local.get $p)))
      (local.set $s (v128.load offset=32 (local.get $q)))
      (local.set $x0 (f64x2.add (local.get $x0) (f64x2.mul (local.get $x) (local.get $s))))
      (local.set $y0 (f64x2.add (local.get $y0) (f64x2.mul (local.get $y) (local.get $s))))
      (local.set $s (i8x16.shuffle 8 9 10 11 12 13 14 15 0 1 2 3 4 5 6 7 (local.get $s) (local.get $s)))
      (local.set $x1 (f64x2.add (local.get $x1) (f64x2.mul (local.get $x) (local.get $s))))
      (local.set $y1 (f64x2.add (local.get $y1) (f64x2.mul (local.get $y) (local.get $s))))
      (local.set $s (v128.load offset=48 (local.get $q)))
      (local.set $x2 (f64x2.add (local.get $x2) (f64x2.mul (local.get $x) (local.get $s))))
      (local.set $y2 (f64x2.add (local.get $y2) (f64x2.mul (local.get $y) (local.get $s))))
      (local.set $s (i8x16.shuffle 8 9 10 11 12 13 14 15 0 1 2 3 4 5 6 7 (local.get $s) (local.get $s)))
      (local.set $x3 (f64x2.add (local.get $x3) (f64x2.mul (local.get $x) (local.get $s))))
      (local.set $y3 (f64x2.add (local.get $y3) (f64x2.mul (local.get $y) (local.get $s))))
      (local.set $q (i32.add (local.get $q) (i32.const 64)))
      (br_if $column (i32.ne
        (local.tee $p (i32.add (local.get $p) (i32.const 64)))
        (local.get $end))))))
    (local.set $s (i8x16.shuffle 0 1 2 3 4 5 6 7 24 25 26 27 28 29 30 31 (local.get $x0) (local.get $x1)))
    (local.set $x1 (i8x16.shuffle 0 1 2 3 4 5 6 7 24 25 26 27 28 29 30 31 (local.get $x1) (local.get $x0)))
    (local.set $x0 (local.get $s))
    (local.set $s (i8x16.shuffle 0 1 2 3 4 5 6 7 24 25 26 27 28 29 30 31 (local.get $x2) (local.get $x3)))
    (local.set $x3 (i8x16.shuffle 0 1 2 3 4 5 6 7 24 25 26 27 28 29 30 31 (local.get $x3) (local.get $x2)))
    (local.set $x2 (local.get $s))
    (local.set $s (i8x16.shuffle 0 1 2 3 4 5 6 7 24 25 26 27 28 29 30 31 (local.get $y0) (local.get $y1)))
    (local.set $y1 (i8x16.shuffle 0 1 2 3 4 5 6 7 24 25 26 27 28 29 30 31 (local.get $y1) (local.get $y0)))
    (local.set $y0 (local.get $s))
    (local.set $s (i8x16.shuffle 0 1 2 3 4 5 6 7 24 25 26 27 28 29 30 31 (local.get $y2) (local.get $y3)))
    (local.set $y3 (i8x16.shuffle 0 1 2 3 4 5 6 7 24 25 26 27 28 29 30 31 (local.get $y3) (local.get $y2)))
    (local.set $y2 (local.get $s))
    (local.set $s (f64x2.splat (local.get $alpha)))
    (local.set $x0 (f64x2.mul (local.get $s) (local.get $x0)))
    (local.set $y0 (f64x2.mul (local.get $s) (local.get $y0)))
    (local.set $x1 (f64x2.mul (local.get $s) (local.get $x1)))
    (local.set $y1 (f64x2.mul (local.get $s) (local.get $y1)))
    (local.set $x2 (f64x2.mul (local.get $s) (local.get $x2)))
    (local.set $y2 (f64x2.mul (local.get $s) (local.get $y2)))
    (local.set $x3 (f64x2.mul (local.get $s) (local.get $x3)))
    (local.set $y3 (f64x2.mul (local.get $s) (local.get $y3)))
    (if (local.get $add) (then
      (local.set $x0 (f64x2.add (v128.load offset=0 (local.get $c)) (local.get $x0)))
      (local.set $y0 (f64x2.add (v128.load offset=16 (local.get $c)) (local.get $y0)))
      (local.set $x1 (f64x2.add (v128.load offset=32 (local.get $c)) (local.get $x1)))
      (local.set $y1 (f64x2.add (v128.load offset=48 (local.get $c)) (local.get $y1)))
      (local.set $x2 (f64x2.add (v128.load offset=64 (local.get $c)) (local.get $x2)))
      (local.set $y2 (f64x2.add (v128.load offset=80 (local.get $c)) (local.get $y2)))
      (local.set $x3 (f64x2.add (v128.load offset=96 (local.get $c)) (local.get $x3)))
      (local.set $y3 (f64x2.add (v128.load offset=112 (local.get $c)) (local.get $y3)))))
    (v128.store offset=0 (local.get $c) (local.get $x0))
    (v128.store offset=16 (local.get $c) (local.get $y0))
    (v128.store offset=32 (local.get $c) (local.get $x1))
    (v128.store offset=48 (local.get $c) (local.get $y1))
    (v128.store offset=64 (local.get $c) (local.get $x2))
    (v128.store offset=80 (local.get $c) (local.get $y2))
    (v128.store offset=96 (local.get $c) (local.get $x3))
    (v128.store offset=112 (local.get $c) (local.get $y3)))

  ;; Column at $to minus that at $from times a number.
  (func $subtract (param $to i32) (param $from i32) (param $f f64)
    (local $s v128)
    (local.set $s (f64x2.splat (local.get $f)))
    (v128.store offset=0 (local.get $to) (f64x2.sub (v128.load offset=0 (local.get $to))
      (f64x2.mul (v128.load offset=0 (local.get $from)) (local.get $s))))
    (v128.store offset=16 (local.get $to) (f64x2.sub (v128.load offset=16 (local.get $to))
      (f64x2.mul (v128.load offset=16 (local.get $from)) (local.get $s)))))

  ;; Column at $to divided by a number.
  (func $divide (param $to i32) (param $f f64)
    (local $s v128)
    (local.set $s (f64x2.splat (local.get $f)))
    (v128.store offset=0 (local.get $to) (f64x2.div (v128.load offset=0 (local.get $to)) (local.get $s)))
    (v128.store offset=16 (local.get $to) (f64x2.div (v128.load offset=16 (local.get $to)) (local.get $s))))

  ;; Column $j of the tile at $x, at $to, minus those before it times row $j of the tile at $l.
  (func $reduce (param $x i32) (param $l i32) (param $j i32) (param $to i32)
    (local $k i32)
    (local.set $l (i32.add (local.get $l) (i32.shl (local.get $j) (i32.const 3))))
    (loop $before (if (i32.lt_u (local.get $k) (local.get $j)) (then
      (call $subtract (local.get $to) (local.get $x) (f64.load (local.get $l)))
      (local.set $x (i32.add (local.get $x) (i32.const 32)))
      (local.set $l (i32.add (local.get $l) (i32.const 32)))
      (local.set $k (i32.add (local.get $k) (i32.const 1)))
      (br $before)))))

  ;; Tile X ← X L⁻ᵀ for the lower triangle of the tile at $l.
  (func $triangle (param $x i32) (param $l i32)
    (local $j i32) (local $to i32)
    (loop $column
      (local.set $to (i32.add (local.get $x) (i32.shl (local.get $j) (i32.const 5))))
      (call $reduce (local.get $x) (local.get $l) (local.get $j) (local.get $to))
      (call $divide (local.get $to)
        (f64.load (i32.add (local.get $l) (i32.mul (local.get $j) (i32.const 40)))))
      (local.set $j (i32.add (local.get $j) (i32.const 1)))
      (br_if $column (i32.lt_u (local.get $j) (i32.const 4)))))

  ;; Cholesky factor in place of the lower triangle of a tile; 0 where a pivot is not positive.
  (func $root (param $x i32) (result i32)
    (local $j i32) (local $to i32) (local $pivot i32) (local $d f64)
    (loop $column
      (local.set $to (i32.add (local.get $x) (i32.shl (local.get $j) (i32.const 5))))
      (call $reduce (local.get $x) (local.get $x) (local.get $j) (local.get $to))
      (local.set $pivot (i32.add (local.get $x) (i32.mul (local.get $j) (i32.const 40))))
      (local.set $d (f64.load (local.get $pivot)))
      (if (i32.eqz (f64.gt (local.get $d) (f64.const 0))) (then (return (i32.const 0))))
      (local.set $d (f64.sqrt (local.get $d)))
      (call $divide (local.get $to) (local.get $d))
      (f64.store (local.get $pivot) (local.get $d))
      (local.set $j (i32.add (local.get $j) (i32.const 1)))
      (br_if $column (i32.lt_u (local.get $j) (i32.const 4))))
    (i32.const 1))

  ;; max(0, x)
  (func $positive (param $x i32) (result i32)
    (select (local.get $x) (i32.const 0) (i32.gt_s (local.get $x) (i32.const 0))))

  ;; C ← [C if $add] + α A Bᵀ for m strips of A, n of B and tiles k of their sum. Row r begins its sum at tile $first + r and ends
  ;; before column $last + r, where these are within. Tile (r, s) of C lies at c + r · $down + s · $right.
  (func (export "multiply")
    (param $c i32) (param $down i32) (param $right i32)
    (param $a i32) (param $stepA i32) (param $b i32) (param $stepB i32)
    (param $m i32) (param $n i32) (param $k i32) (param $first i32) (param $last i32)
    (param $alpha f64) (param $add i32)
    (local $s i32) (local $end i32) (local $from i32) (local $tiles i32) (local $to i32) (local $strip i32)
    (if (i32.eqz (local.get $m)) (then (return)))
    (loop $row
      (local.set $end (call $positive (local.get $last)))
      (if (i32.gt_u (local.get $end) (local.get $n)) (then (local.set $end (local.get $n))))
      (local.set $tiles (call $positive (i32.sub (local.get $k) (call $positive (local.get $first)))))
      (local.set $from (i32.shl (i32.sub (local.get $k) (local.get $tiles)) (i32.const 7)))
      (local.set $to (local.get $c))
      (local.set $strip (i32.add (local.get $b) (local.get $from)))
      (local.set $from (i32.add (local.get $a) (local.get $from)))
      (local.set $s (i32.const 0))
      (loop $column (if (i32.lt_u (local.get $s) (local.get $end)) (then
        (call $product (local.get $to) (local.get $from) (local.get $strip) (local.get $tiles)
          (local.get $alpha) (local.get $add))
        (local.set $to (i32.add (local.get $to) (local.get $right)))
        (local.set $strip (i32.add (local.get $strip) (local.get $stepB)))
        (local.set $s (i32.add (local.get $s) (i32.const 1)))
        (br $column))))
      (local.set $c (i32.add (local.get $c) (local.get $down)))
      (local.set $a (i32.add (local.get $a) (local.get $stepA)))
      (local.set $first (i32.add (local.get $first) (i32.const 1)))
      (local.set $last (i32.add (local.get $last) (i32.const 1)))
      (br_if $row (local.tee $m (i32.sub (local.get $m) (i32.const 1))))))

  ;; Tiles $from … $n of one strip b ← what solves b Lᵀ = b, L of n strips; b begins at tile $from.
  (func $solveStrip (param $b i32) (param $l i32) (param $step i32) (param $n i32) (param $from i32)
    (local $s i32) (local $start i32) (local $to i32)
    (local.set $start (i32.shl (local.get $from) (i32.const 7)))
    (local.set $l (i32.add (local.get $l) (i32.mul (local.get $from) (local.get $step))))
    (local.set $s (local.get $from))
    (loop $column (if (i32.lt_u (local.get $s) (local.get $n)) (then
      (local.set $to (i32.add (local.get $b) (i32.shl (local.get $s) (i32.const 7))))
      (call $product (local.get $to)
        (i32.add (local.get $b) (local.get $start)) (i32.add (local.get $l) (local.get $start))
        (i32.sub (local.get $s) (local.get $from)) (f64.const -1) (i32.const 1))
      (call $triangle (local.get $to) (i32.add (local.get $l) (i32.shl (local.get $s) (i32.const 7))))
      (local.set $l (i32.add (local.get $l) (local.get $step)))
      (local.set $s (i32.add (local.get $s) (i32.const 1)))
      (br $column)))))

  ;; B ← B L⁻ᵀ for m strips of B; row r begins at tile $first + r where that is within.
  (func (export "solve")
    (param $b i32) (param $stepB i32) (param $l i32) (param $stepL i32)
    (param $m i32) (param $n i32) (param $first i32)
    (loop $row (if (local.get $m) (then
      (call $solveStrip (local.get $b) (local.get $l) (local.get $stepL) (local.get $n)
        (call $positive (local.get $first)))
      (local.set $b (i32.add (local.get $b) (local.get $stepB)))
      (local.set $first (i32.add (local.get $first) (i32.const 1)))
      (local.set $m (i32.sub (local.get $m) (i32.const 1)))
      (br $row)))))

  ;; Cholesky factor in place of n strips (lower triangle by tiles); 0 where a pivot is not positive.
  (func (export "factor") (param $l i32) (param $step i32) (param $n i32) (result i32)
    (local $r i32) (local $strip i32) (local $to i32)
    (local.set $strip (local.get $l))
    (loop $row (if (i32.lt_u (local.get $r) (local.get $n)) (then
      (call $solveStrip (local.get $strip) (local.get $l) (local.get $step) (local.get $r) (i32.const 0))
      (local.set $to (i32.add (local.get $strip) (i32.shl (local.get $r) (i32.const 7))))
      (call $product (local.get $to) (local.get $strip) (local.get $strip) (local.get $r)
        (f64.const -1) (i32.const 1))
      (if (i32.eqz (call $root (local.get $to))) (then (return (i32.const 0))))
      (local.set $strip (i32.add (local.get $strip) (local.get $step)))
      (local.set $r (i32.add (local.get $r) (i32.const 1)))
      (br $row))))
    (i32.const 1)))
