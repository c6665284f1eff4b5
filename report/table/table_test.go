package table_test

import (
	"fmt"
	"os"

	"sipsecdump/report/table"
)

func Example() {
	columns := []table.Column{{Title: "Idx", Right: true}, {Title: "Method"}, {Title: "State"}}
	rows := [][]string{{"9", "INVITE", "IN CALL"}, {"10", "MESSAGE", ""}, {"11", "日本", "é"}}
	table.Text(os.Stdout, columns, rows)
	table.Markdown(os.Stdout, columns, rows)
	// Output:
	// Idx  Method   State
	//   9  INVITE   IN CALL
	//  10  MESSAGE
	//  11  日本     é
	// | Idx | Method  | State   |
	// |----:|:--------|:--------|
	// |   9 | INVITE  | IN CALL |
	// |  10 | MESSAGE |         |
	// |  11 | 日本    | é       |
}

func ExampleAppendFilled() {
	fmt.Printf("%s\n", table.AppendFilled(nil, "what is  too long\nfor a line goes on in the next", "- ", "  ", 20))
	// Output:
	// - what is too long
	//   for a line goes on
	//   in the next
}
